// What browser.py asks of a page.

const kContrast = 4.5;  // WCAG 2.1, 1.4.3 for text of any size

const canvas = document.createElement("canvas");
canvas.width = canvas.height = 1;
const brush = canvas.getContext("2d", { willReadFrequently: true });

// Red, green, blue and opacity of any CSS colour.
function rgba(color) {
  brush.clearRect(0, 0, 1, 1);
  brush.fillStyle = color;
  brush.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
  return [r, g, b, a / 255];
}

const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);

// WCAG 2.1: relative luminance and contrast ratio.
function luminance(color) {
  const [r, g, b] = color.map(v => v / 255).map(v => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

// The colour that HTML paints behind an element.
function behind(element) {
  const layers = [];
  for (let at = element; at; at = at.parentElement) {
    layers.push(rgba(getComputedStyle(at).backgroundColor));
    if (layers.at(-1)[3] === 1) break;
  }
  return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]);
}

// The shapes of a picture in the order of painting, with where they are.
function shapesOf(svg) {
  return [...svg.querySelectorAll("rect, circle, ellipse, polygon, path")].filter(isShown).map(shape => {
    const style = getComputedStyle(shape);
    const fill = style.fill === "none" || style.fill.startsWith("url") ? [0, 0, 0, 0] : rgba(style.fill);
    fill[3] *= style.fillOpacity * style.opacity;
    return { shape, fill, box: shape.getBoundingClientRect() };
  }).filter(each => each.fill[3] > 0);
}

// The colour behind a picture's text: that of the shapes painted before it at its middle.
function behindText(text, shapes, svg) {
  const box = text.getBoundingClientRect(), x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
  let color = behind(svg);
  for (const { shape, fill, box: b } of shapes) {
    const before = shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (before && b.left <= x && x <= b.right && b.top <= y && y <= b.bottom) color = over(fill, color);
  }
  return color;
}

const isShown = element => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });

// Texts with too little contrast, as lines.
function lowContrast() {
  const found = new Set(), shapes = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim(), element = walker.currentNode.parentElement;
    if (text === "" || !isShown(element) || element.closest("script, style, title, desc, option, :disabled")) continue;
    const style = getComputedStyle(element), svg = element.closest("svg");
    if (svg && !shapes.has(svg)) shapes.set(svg, shapesOf(svg));
    const under = svg ? behindText(element, shapes.get(svg), svg) : behind(element);
    const ratio = contrast(over(rgba(svg ? style.fill : style.color), under), under);
    if (ratio < kContrast) found.add(`contrast ${ratio.toFixed(2)} of "${text.slice(0, 40)}" (${element.tagName} .${element.getAttribute("class")})`);
  }
  return [...found].slice(0, 20);
}

const kControls = "a[href], button, select, input, textarea, summary, [tabindex]:not([tabindex='-1'])";
const controls = () => [...document.querySelectorAll(kControls)].filter(each => isShown(each) && !each.disabled);
const nameOf = element => element.getAttribute("aria-label") || element.textContent.trim() || element.title ||
    [...(element.labels || [])].map(label => label.textContent.trim()).join(" ");
const described = element => `${element.tagName.toLowerCase()}#${element.id} "${nameOf(element).slice(0, 40)}"`;

// Controls that a screen reader has no name for.
const unnamed = () => controls().filter(each => !nameOf(each)).map(each => `no name: ${each.outerHTML.slice(0, 120)}`);

function noteFocus(event) {
  window.reached.add(event.target);
  const style = getComputedStyle(event.target);
  const seen = (style.outlineStyle !== "none" && style.outlineWidth !== "0px") || event.target.closest("svg");
  if (!seen) window.unseen.push(`the focus does not show: ${described(event.target)}`);
}

function notReached(most) {
  const missed = controls().length <= most ? controls().filter(each => !window.reached.has(each)) : [];
  return missed.map(each => `Tab does not reach ${described(each)}`).concat(window.unseen).slice(0, 20);
}

// What makes the page wider than its window.
function tooWide() {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.body.querySelectorAll("*")].filter(each => each.getBoundingClientRect().right > width + 1 && !inScroller(each));
  return [`${document.documentElement.scrollWidth} px wide in a window of ${width}: ` + wide.slice(0, 3).map(described).join(", ")];
}
function inScroller(element) {
  for (let at = element.parentElement; at; at = at.parentElement) {
    if (at !== document.documentElement && /auto|scroll|hidden/.test(getComputedStyle(at).overflowX)) return true;
  }
  return false;
}

// The colours of a screenshot within a box.
async function countColors(png, box) {
  const image = new Image();
  image.src = "data:image/png;base64," + png;
  await image.decode();
  const picture = document.createElement("canvas");
  picture.width = image.width, picture.height = image.height;
  const context = picture.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const left = Math.max(0, Math.floor(box.left)), top = Math.max(0, Math.floor(box.top));
  const width = Math.min(image.width, Math.ceil(box.right)) - left, height = Math.min(image.height, Math.ceil(box.bottom)) - top;
  const data = context.getImageData(left, top, Math.max(1, width), Math.max(1, height)).data, counts = {};
  for (let i = 0; i < data.length; i += 4) {
    const color = `${data[i]},${data[i + 1]},${data[i + 2]}`;
    counts[color] = (counts[color] || 0) + 1;
  }
  return counts;
}
