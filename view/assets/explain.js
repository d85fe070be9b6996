// What the pointer or the focus is on lights up wherever it stands: each element names its values (data-value) or modules
// (data-module), as numbers with spaces between; nnc.modules has the modules of each value.
const marked = [...document.querySelectorAll("[data-value], [data-module]")];
const idsOf = (element, what) => (element.dataset[what] ?? "").split(" ").filter(id => id !== "");

// By value and by module, the elements that name it.
const named = { value: new Map(), module: new Map() };
for (const element of marked) {
  for (const what of ["value", "module"]) {
    for (const id of idsOf(element, what)) {
      if (!named[what].has(id)) named[what].set(id, []);
      named[what].get(id).push(element);
    }
  }
}

// A value in a loop's body, "25.3", lights up what the loop does, and itself.
const modulesOf = value => (nnc.modules[value.split(".")[0]] ?? []).map(String);
const valuesOf = new Map();
for (const value of named.value.keys()) {
  for (const module of modulesOf(value)) {
    if (!valuesOf.has(module)) valuesOf.set(module, []);
    valuesOf.get(module).push(value);
  }
}

let lit = [];
function light(element) {
  for (const each of lit) each.classList.remove("lit");
  lit = [];
  if (!element) return;
  let values = idsOf(element, "value"), modules = idsOf(element, "module");
  if (modules.length > 0) {
    values = values.concat(modules.flatMap(module => valuesOf.get(module) ?? []));
  } else {
    modules = values.flatMap(modulesOf);
  }
  const found = new Set([...values.flatMap(id => named.value.get(id) ?? []), ...modules.flatMap(id => named.module.get(id) ?? [])]);
  lit = [...found];
  for (const each of lit) each.classList.add("lit");
  for (const panel of document.querySelectorAll(".program, .diagram")) show(panel, element);
}

// Moves a panel, and nothing else, to what is lit in it.
function show(panel, element) {
  const first = lit.find(each => panel.contains(each));
  if (!first || panel.contains(element) || panel.scrollHeight <= panel.clientHeight) return;
  const place = first.getBoundingClientRect(), frame = panel.getBoundingClientRect();
  if (place.top >= frame.top && place.bottom <= frame.bottom) return;
  panel.scrollTop += place.top - frame.top - panel.clientHeight / 3;
}

const markedAt = node => node.closest?.("[data-value], [data-module]");
document.addEventListener("pointerover", event => light(markedAt(event.target)));
document.addEventListener("focusin", event => light(markedAt(event.target)));
document.addEventListener("focusout", () => light(null));
