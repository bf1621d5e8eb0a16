/** The dot where a wire ends. What it is stands in its data: `side`, `port` and `type`; its place is the style sheet's. */
export class Port extends HTMLElement {}

customElements.define('vtx-port', Port);
