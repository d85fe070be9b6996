"use strict";
// The page of `nnc graph`. `nnc` is {parts: [[path, parent]], views: [[part]], values: [[id, part, line, forward]], aliases: {id: value}}:
// parts and values by their numbers, a line as "file:line" or "", -1 for no forward value. The template `view-N` is the picture with the
// parts of views[N] unfolded; the first is shown first.

const picture = document.getElementById("picture"), source = document.getElementById("source"), said = document.getElementById("said");
const number = new Map(nnc.values.map(([id], i) => [id, i]));
const isGradient = i => nnc.values[i][0].startsWith("d ");
const pathOf = part => nnc.parts[part][0];
const partAt = new Map(nnc.parts.map(([path], i) => [path + "/", i]));
// The views with nothing and with everything unfolded; there may be no such view.
const folded = nnc.views.findIndex(open => open.length === 1), full = nnc.views.findIndex(open => open.length === nnc.parts.length);
let view = 0, pinned = [], scale = 0.8;

// The part that an element stands for: a folded box or a cluster, on either side.
const partOf = element => partAt.get(element.id.replace(/^(d|update) /, ""));
const isFolded = element => element.classList.contains("folded");

function within(part, ancestor) {
  while (part >= 0 && part !== ancestor) part = nnc.parts[part][1];
  return part === ancestor;
}

// The values that a box or a cluster holds.
function valuesOf(element) {
  if (number.has(element.id)) return [number.get(element.id)];
  if (element.id in nnc.aliases && !isFolded(element)) return [nnc.aliases[element.id]];
  const part = partOf(element), gradient = element.id.startsWith("d ");
  return nnc.values.flatMap((value, i) => (within(value[1], part) && isGradient(i) === gradient ? [i] : []));
}

// Where a value is seen: its own box, or that of the folded part that it is in.
function boxOf(i) {
  const [id, part] = nnc.values[i], side = isGradient(i) ? "d " : "";
  let box = picture.querySelector(`.node[id="${CSS.escape(id)}"]`);
  for (let at = part; !box && at >= 0; at = nnc.parts[at][1]) box = picture.querySelector(`.node[id="${CSS.escape(side + pathOf(at) + "/")}"]`);
  return box;
}

// A value, its gradients, and the forward value of a gradient.
function family(i) {
  const forward = nnc.values[i][3] >= 0 ? nnc.values[i][3] : i;
  return [i, forward, ...nnc.values.flatMap((value, j) => (value[3] === forward ? [j] : []))];
}

const lineOf = line => source.querySelector(`[data-line="${line}"]`);

// Marks values with their relatives, the edges at `boxes`, and the lines they come from.
function mark(values, boxes, scroll) {
  for (const each of document.querySelectorAll(".hit")) each.classList.remove("hit");
  const few = values.length < 50 ? values.flatMap(family) : values;
  for (const i of few) boxOf(i)?.classList.add("hit");
  const lines = new Set(values.map(i => nnc.values[i][2]).filter(line => line));
  for (const line of lines) lineOf(line)?.classList.add("hit");
  const names = boxes.map(each => each.id);
  for (const edge of picture.querySelectorAll(".edge")) {
    const ends = edge.querySelector("title").textContent.split("->");
    if (names.some(name => ends.includes(name))) edge.classList.add("hit");
  }
  if (scroll && lines.size) lineOf([...lines][0])?.scrollIntoView({ block: "nearest" });
}

function describe(element) {
  const values = valuesOf(element);
  if (values.length !== 1) return `${element.id}: ${values.length} values. Enter or a click ${isFolded(element) ? "unfolds" : "folds"} it.`;
  const [id, , line, forward] = nnc.values[values[0]];
  const text = [...element.querySelectorAll("text")].map(each => each.textContent).join(" ");
  const origin = forward >= 0 ? `, of the gradient of ${nnc.values[forward][0]}` : "";
  return `${id}: ${text}${origin}${line ? `, line ${line.split(":")[1]}` : ""}`;
}

function point(element, scroll) {
  if (element.classList.contains("line")) {
    mark(nnc.values.flatMap((value, i) => (value[2] === element.dataset.line ? [i] : [])), [], false);
  } else if (element.classList.contains("node")) {
    mark(valuesOf(element), [element], scroll);
    said.textContent = describe(element);
  } else {
    said.textContent = describe(element);
  }
}

// Shows the view in which a part is seen unfolded, or folded, and that differs least from the present one elsewhere.
function unfold(part, unfolded, focused) {
  const now = new Set(nnc.views[view]), parent = nnc.parts[part][1];
  let best = view, least = Infinity;
  nnc.views.forEach((parts, i) => {
    const open = new Set(parts), differs = nnc.parts.filter((_, each) => open.has(each) !== now.has(each)).length;
    const asked = unfolded ? open.has(part) : open.has(parent) && !open.has(part);
    if (asked && differs < least) [best, least] = [i, differs];
  });
  show(best, focused);
}

function show(next, focused) {
  view = next;
  picture.replaceChildren(document.getElementById("view-" + view).content.cloneNode(true));
  for (const element of picture.querySelectorAll(".node, .cluster.part")) {
    const part = element.classList.contains("cluster");
    element.tabIndex = -1;
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", describe(element));
    if (part || isFolded(element)) element.setAttribute("aria-expanded", String(part));
  }
  const items = [...picture.querySelectorAll(kItems)];
  const first = items.find(each => each.id === focused) || items[0];
  if (first) first.tabIndex = 0;
  pinned = [];
  zoom(scale);
  if (focused && first) {
    first.focus();
    first.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  document.getElementById("unfold").disabled = view === full || full < 0;
  document.getElementById("fold").disabled = view === folded;
}

function zoom(to) {
  scale = Math.min(4, Math.max(0.2, to));
  const svg = picture.querySelector("svg"), box = svg.viewBox.baseVal;
  svg.setAttribute("width", box.width * scale * 4 / 3);
  svg.setAttribute("height", box.height * scale * 4 / 3);
}

// What Enter and a click do.
function activate(element) {
  if (element.classList.contains("line")) {
    const values = nnc.values.flatMap((value, i) => (value[2] === element.dataset.line ? [i] : []));
    const first = values.find(i => !isGradient(i)) ?? values[0];
    if (!number.has(boxOf(first)?.id)) unfold(nnc.values[first][1], true);
    pinned = [element];
    point(element, false);
    boxOf(first)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  } else if (element.classList.contains("cluster")) {
    unfold(partOf(element), false, element.id);
  } else if (isFolded(element)) {
    unfold(partOf(element), true, element.id);
  } else {
    pinned = [element];
    point(element, true);
  }
}

const kItems = ".node, .cluster.part, .line[role]";

// Items of a pane are one stop of the Tab key; arrows go to the nearest one in their direction.
function rove(pane) {
  pane.addEventListener("focusin", event => {
    for (const each of pane.querySelectorAll(kItems)) each.tabIndex = each === event.target ? 0 : -1;
  });
  pane.addEventListener("keydown", event => {
    const way = { ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] }[event.key];
    const from = event.target.closest(kItems);
    if (!from) return;
    if (event.key === "Enter" || event.key === " ") activate(from);
    if (way) nearest(from, [...pane.querySelectorAll(kItems)], way)?.focus();
    if (way || event.key === "Enter" || event.key === " ") event.preventDefault();
  });
  for (const kind of ["mouseover", "focusin"]) {
    pane.addEventListener(kind, event => {
      const element = event.target.closest(kItems);
      if (element) point(element, kind === "focusin" && pane === picture);
    });
  }
  pane.addEventListener("mouseout", () => (pinned.length ? point(pinned[0], false) : mark([], [], false)));
  pane.addEventListener("click", event => {
    const element = event.target.closest(kItems);
    if (element) activate(element);
  });
}

// A cluster is where its label is.
function middle(element) {
  const box = (element.querySelector(":scope > text") || element).getBoundingClientRect();
  return [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
}

function nearest(from, items, [dx, dy]) {
  const [x, y] = middle(from);
  let best = null, least = Infinity;
  for (const each of items) {
    const [u, v] = middle(each), along = (u - x) * dx + (v - y) * dy, aside = Math.abs((u - x) * dy) + Math.abs((v - y) * dx);
    if (each !== from && along > 1 && along + 2 * aside < least) [best, least] = [each, along + 2 * aside];
  }
  return best;
}

document.getElementById("fold").addEventListener("click", () => show(folded));
document.getElementById("unfold").addEventListener("click", () => show(full));
document.getElementById("smaller").addEventListener("click", () => zoom(scale / 1.25));
document.getElementById("larger").addEventListener("click", () => zoom(scale * 1.25));
document.getElementById("fit").addEventListener("click", () => {
  const box = picture.querySelector("svg").viewBox.baseVal;
  zoom(Math.min(picture.clientWidth / box.width, picture.clientHeight / box.height) * 3 / 4);
});
for (const line of source.querySelectorAll(".line[role]")) line.tabIndex = -1;
const firstLine = source.querySelector(".line[role]");
if (firstLine) firstLine.tabIndex = 0;
rove(picture);
rove(source);
show(0);
