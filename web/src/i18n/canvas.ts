/** Texts of the canvas and of the command palette, in both languages beside each other. */
const texts = {
  'commands.title': ['Commands', 'Befehle'],
  'commands.search': ['Type what you want to do, or a node’s name', 'Was soll geschehen? Oder der Name eines Knotens'],
  'commands.none': ['No command and no node is called “{query}”.', 'Kein Befehl und kein Knoten heißt „{query}“.'],
  'commands.count': ['{count} found', '{count} gefunden'],
  'commands.recent': ['used lately', 'zuletzt benutzt'],
  'commands.node': ['Node', 'Knoten'],
  'commands.notNow': ['“{name}” is not possible now.', '„{name}“ geht jetzt nicht.'],
  'commands.cancel': ['Cancel the run', 'Lauf abbrechen'],
  'section.graph': ['Graph', 'Graph'],
  'section.edit': ['Edit', 'Bearbeiten'],
  'section.arrange': ['Arrange', 'Anordnen'],
  'section.view': ['View', 'Ansicht'],
  'section.workflow': ['Workflow', 'Workflow'],
  'section.run': ['Run', 'Lauf'],
  'section.go': ['Go to', 'Gehe zu'],
  'keys.first': ['To the first node', 'Zum ersten Knoten'],
  'keys.copyOnly': ['Copy', 'Kopieren'],
  'keys.cut': ['Cut', 'Ausschneiden'],
  'keys.paste': ['Paste', 'Einfügen'],
  'keys.duplicate': ['Duplicate', 'Verdoppeln'],
  'keys.mute': ['Mute', 'Stummschalten'],
  'keys.bypass': ['Bypass', 'Überbrücken'],
} as const satisfies Record<string, readonly [en: string, de: string]>;

type Key = keyof typeof texts;
const pick = (at: 0 | 1): Record<Key, string> => Object.fromEntries(Object.entries(texts).map(([key, pair]) => [key, pair[at]])) as Record<Key, string>;

export const canvasEn = pick(0);
export const canvasDe = pick(1);
