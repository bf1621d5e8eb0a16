// Draws the reference from /openapi/v1.json. No library, no markup from strings: everything goes in as text nodes.
"use strict";

const methods = ["get", "head", "post", "put", "patch", "delete"];

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

function nameOf(reference) {
  return reference.slice(reference.lastIndexOf("/") + 1);
}

/** Says in a few words what a schema is, with links to the named ones. */
function brief(schema) {
  if (!schema) {
    return "anything";
  }
  if (schema.$ref) {
    const name = nameOf(schema.$ref);
    return make("a", { href: `#schema-${name}` }, name);
  }
  const options = (schema.oneOf ?? schema.anyOf)?.filter((option) => option.type !== "null");
  if (options) {
    const parts = options.flatMap((option, index) => (index === 0 ? [brief(option)] : [" or ", brief(option)]));
    return make("span", {}, ...parts);
  }
  if (schema.enum) {
    return schema.enum.filter((value) => value !== null).map((value) => JSON.stringify(value)).join(" | ");
  }
  const types = [schema.type ?? "anything"].flat().filter((type) => type !== "null");
  if (types.includes("array")) {
    return make("span", {}, "list of ", brief(schema.items));
  }
  return types.join(" or ") + (schema.format ? ` (${schema.format})` : "");
}

function table(caption, head, rows) {
  if (rows.length === 0) {
    return null;
  }
  return make(
    "div",
    { class: "scroll", role: "region", "aria-label": caption, tabindex: "0" },
    make(
      "table",
      {},
      make("thead", {}, make("tr", {}, ...head.map((title) => make("th", { scope: "col" }, title)))),
      make("tbody", {}, ...rows.map((cells) => make("tr", {}, ...cells.map((cell) => make("td", {}, cell))))),
    ),
  );
}

function code(value) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return make("pre", { tabindex: "0" }, make("code", {}, text));
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A line for a shell that calls the operation on this server. */
function curl(method, path, operation) {
  const parts = ["curl"];
  if (method === "head") {
    parts.push("-I");
  } else if (method !== "get") {
    parts.push("-X", method.toUpperCase());
  }
  for (const parameter of operation.parameters ?? []) {
    if (parameter.in === "header" && parameter.required) {
      parts.push("-H", quoted(`${parameter.name}: …`));
    }
  }
  const [type, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  if (type) {
    parts.push("-H", quoted(`Content-Type: ${type}`));
    parts.push("--data-binary", media.example ? quoted(JSON.stringify(media.example)) : "@FILE");
  }
  const url = location.origin + path.replace(/\{(\w+)\}/g, (_, name) => name.toUpperCase());
  parts.push(quoted(url));
  return parts.join(" ");
}

function answer(status, response) {
  const content = Object.entries(response.content ?? {});
  const [type, media] = content[0] ?? [];
  const examples = media?.examples ? Object.values(media.examples).map((one) => one.value) : media?.example ? [media.example] : [];
  return make(
    "details",
    {},
    make("summary", {}, make("strong", {}, status), ` ${response.description ?? ""}`),
    type ? make("p", {}, `${type}: `, brief(media.schema)) : make("p", {}, "No body."),
    ...examples.slice(0, 1).map(code),
  );
}

function operationOf(method, path, operation) {
  const body = Object.entries(operation.requestBody?.content ?? {});
  const parameters = (operation.parameters ?? []).map((one) => [
    make("code", {}, one.name),
    one.in,
    brief(one.schema),
    `${one.required ? "Required. " : ""}${one.description ?? ""}`,
  ]);
  return make(
    "details",
    { id: operation.operationId, "data-find": `${method} ${path} ${operation.operationId} ${operation.summary}`.toLowerCase() },
    make("summary", {}, make("span", { class: `method ${method}` }, method.toUpperCase()), make("code", {}, path), ` ${operation.summary ?? ""}`),
    operation.description ? make("p", {}, operation.description) : null,
    parameters.length ? make("h4", {}, "Parameters") : null,
    table(`Parameters of ${operation.summary}`, ["Name", "In", "Type", "Meaning"], parameters),
    body.length ? make("h4", {}, "Body") : null,
    ...body.map(([type, media]) => make("p", {}, `${type}: `, brief(media.schema))),
    ...body.filter(([, media]) => media.example).map(([, media]) => code(media.example)),
    make("h4", {}, "On a command line"),
    code(curl(method, path, operation)),
    make("h4", {}, "Answers"),
    ...Object.entries(operation.responses ?? {}).map(([status, response]) => answer(status, response)),
  );
}

function schemaOf(name, schema) {
  const required = new Set(schema.required ?? []);
  const rows = Object.entries(schema.properties ?? {}).map(([property, type]) => [
    make("code", {}, property),
    brief(type),
    `${required.has(property) ? "Always there. " : ""}${type.description ?? ""}`,
  ]);
  return make(
    "details",
    { id: `schema-${name}`, "data-find": name.toLowerCase() },
    make("summary", {}, make("code", {}, name)),
    schema.description ? make("p", {}, schema.description) : null,
    rows.length ? table(`Fields of ${name}`, ["Field", "Type", "Meaning"], rows) : make("p", {}, brief(schema)),
  );
}

function draw(document_) {
  const reference = document.getElementById("reference");
  const groups = new Map();
  for (const [path, item] of Object.entries(document_.paths)) {
    for (const method of methods.filter((one) => item[one])) {
      const tag = item[method].tags?.[0] ?? "Other";
      groups.set(tag, [...(groups.get(tag) ?? []), operationOf(method, path, item[method])]);
    }
  }
  document.getElementById("about").prepend(`${document_.info.description} `);
  for (const [tag, operations] of groups) {
    reference.append(make("section", { "aria-label": tag }, make("h2", {}, tag), ...operations));
  }
  const schemas = Object.entries(document_.components?.schemas ?? {}).map(([name, schema]) => schemaOf(name, schema));
  reference.append(make("section", { "aria-label": "Schemas" }, make("h2", {}, "Schemas"), ...schemas));
}

/** Opens what the address names, so that links into the page show something. */
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.scrollIntoView();
  }
}

function filter() {
  const words = document.getElementById("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const entry of document.querySelectorAll("[data-find]")) {
    entry.hidden = !words.every((word) => entry.dataset.find.includes(word));
    shown += entry.hidden ? 0 : 1;
  }
  for (const section of document.querySelectorAll("#reference section")) {
    section.hidden = !section.querySelector("[data-find]:not([hidden])");
  }
  document.getElementById("found").textContent = words.length === 0 ? "" : `${shown} found`;
}

fetch("/openapi/v1.json")
  .then((response) => (response.ok ? response.json() : Promise.reject(new Error(`status ${response.status}`))))
  .then((document_) => {
    draw(document_);
    openTarget();
    document.getElementById("search").addEventListener("input", filter);
    addEventListener("hashchange", openTarget);
  })
  .catch((error) => {
    document.getElementById("found").textContent = `The reference cannot be read (${error.message}). Reload the page.`;
  });
