"use strict";

const METHODS = ["get", "post", "put", "delete"];

/** An element with attributes and children; texts are never read as HTML. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/** A text whose parts between backticks are code. */
function prose(text) {
  return text.split("`").map((part, index) => (index % 2 ? element("code", {}, part) : part));
}

/** All operations of a document, in its order. */
function operationsOf(spec) {
  return Object.entries(spec.paths).flatMap(([path, methods]) =>
    METHODS.filter((method) => methods[method]).map((method) => {
      const operation = methods[method];
      const words = [method, path, operation.summary, operation["x-permission"]].join(" ").toLowerCase();
      return { method, path, words, id: `${method}:${path}`, ...operation };
    }),
  );
}

/** A JSON schema in a few words. */
function typeText(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.oneOf) return schema.oneOf.map(typeText).join(" or ");
  const types = [schema.type].flat();
  if (types[0] === "array") return `list of ${typeText(schema.items) || "values"}`;
  const parts = [schema.format || types[0] || "any value"];
  if (schema.enum) parts.push(schema.enum.filter((value) => value !== null).map((value) => JSON.stringify(value)).join(" | "));
  if (schema.minLength === 1) parts.push("not empty");
  if (schema.minLength > 1) parts.push(`at least ${schema.minLength} characters`);
  if (schema.maxLength) parts.push(`at most ${schema.maxLength} characters`);
  if (schema.minimum !== undefined) parts.push(`from ${schema.minimum}`);
  if (schema.exclusiveMinimum !== undefined) parts.push(`over ${schema.exclusiveMinimum}`);
  if (schema.default !== undefined) parts.push(`default ${JSON.stringify(schema.default)}`);
  if (types.includes("null")) parts.push("or null");
  return parts.join(", ");
}

/** A table of names, types and remarks, under a heading; nothing without rows. */
function table(title, rows) {
  if (!rows.length) return [];
  const line = ([name, type, remark]) =>
    element("tr", {}, element("td", {}, element("code", {}, name)), element("td", {}, type), element("td", { class: "dim" }, prose(remark)));
  return [element("h3", {}, title), element("table", {}, element("tbody", {}, rows.map(line)))];
}

/** The rows of an object's properties, those of nested objects and lists after their own. */
function properties(schema, prefix = "") {
  const required = schema.required || [];
  return Object.entries(schema.properties || {}).flatMap(([name, value]) => {
    const inner = value.properties ? value : value.items && value.items.properties ? value.items : null;
    const path = prefix + name;
    const row = [path, typeText(value), required.includes(name) ? "required" : value.description || ""];
    return [row, ...(inner ? properties(inner, value.items ? `${path}[].` : `${path}.`) : [])];
  });
}

function jsonSchema(holder) {
  return holder && holder.content && holder.content["application/json"] ? holder.content["application/json"].schema : null;
}

/** What an opened operation shows. */
function body(spec, operation) {
  const rows = (place) =>
    (operation.parameters || [])
      .filter((parameter) => parameter.in === place)
      .map((parameter) => [parameter.name, typeText(parameter.schema), parameter.required ? "required" : ""]);
  const responses = Object.entries(operation.responses).map(([status, response]) => {
    const shared = response.$ref ? spec.components.responses[response.$ref.split("/").pop()] : response;
    return [status, typeText(jsonSchema(shared)), shared.description];
  });
  const schema = jsonSchema(operation.requestBody);
  const description = operation.description.replace(/\s*Who: .*$/s, "");
  return element(
    "div",
    { class: "body" },
    element("p", {}, "Who: ", element("span", { class: "who" }, operation["x-permission"])),
    description ? element("p", {}, prose(description)) : null,
    table("Path", rows("path")),
    table("Query", rows("query")),
    schema ? table("Body", properties(schema)) : [],
    table("Answers", responses),
    (operation["x-codeSamples"] || []).flatMap((sample) => [element("h3", {}, sample.label), element("pre", {}, sample.source)]),
  );
}

/** A line that opens; what it shows is made when it is opened first. */
function foldable(id, heading, content) {
  const made = element("details", { id }, element("summary", {}, heading));
  made.addEventListener("toggle", () => made.childElementCount > 1 || made.append(content()));
  return made;
}

function operationLine(spec, operation) {
  const heading = [
    element("span", { class: `method ${operation.method}` }, operation.method),
    element("code", {}, operation.path),
    element("span", {}, prose(operation.summary)),
  ];
  return foldable(operation.id, heading, () => body(spec, operation));
}

function modelLine(name, schema) {
  const heading = [element("span", { class: "method" }, "row"), element("code", {}, name)];
  return foldable(`model:${name}`, heading, () => element("div", { class: "body" }, table("Keys", properties(schema))));
}

function eventLine(event) {
  const heading = [element("span", { class: "method" }, event.kept ? "kept" : "live"), element("code", {}, event.name)];
  const keys = table("Keys of the payload", event.keys.map((key) => [key, "", ""]));
  return foldable(`event:${event.name}:${event.keys.join("+")}`, heading, () => element("div", { class: "body" }, keys));
}

/** The whole page: groups of lines, their menu, the search over both. */
function show(spec) {
  const groups = spec["x-tagGroups"].map((group) => ({ ...group, lines: [] }));
  for (const operation of operationsOf(spec)) {
    const group = groups.find((candidate) => candidate.name === operation["x-group"]);
    group.lines.push({ words: operation.words, line: operationLine(spec, operation) });
  }
  const models = Object.entries(spec.components.schemas)
    .filter(([name]) => !name.endsWith("Page"))
    .map(([name, schema]) => ({ words: `row ${name}`.toLowerCase(), line: modelLine(name, schema) }));
  groups.push({ name: "Rows", description: "What answers show of each table.", lines: models });
  const events = spec["x-events"].map((event) => ({
    words: `event ${event.name} ${event.keys.join(" ")}`.toLowerCase(),
    line: eventLine(event),
  }));
  const about = "What the event stream sends (Socket.IO, namespace /events); live ones are not kept in the log.";
  groups.push({ name: "Event stream", description: about, lines: events });
  for (const group of groups) {
    const heading = [element("h2", {}, group.name), element("p", { class: "dim" }, prose(group.description))];
    group.section = element("section", { id: group.name }, heading, group.lines.map(({ line }) => line));
    group.count = element("span");
    group.link = element("a", { href: `#${encodeURIComponent(group.name)}` }, group.name, group.count);
  }
  document.getElementById("version").textContent = spec.info.version;
  document.getElementById("groups").replaceChildren(...groups.map((group) => group.link));
  document.getElementById("operations").replaceChildren(...groups.map((group) => group.section));
  const search = document.getElementById("search");
  search.addEventListener("input", () => filter(groups, search.value));
  filter(groups, search.value);
}

/** Show only the lines that hold all words of a text. */
function filter(groups, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let total = 0;
  for (const group of groups) {
    let count = 0;
    for (const { line, words: own } of group.lines) {
      line.hidden = !words.every((word) => own.includes(word));
      count += !line.hidden;
    }
    group.section.hidden = group.link.hidden = !count;
    group.link.style.display = count ? "" : "none";
    group.count.textContent = count;
    total += count;
  }
  document.getElementById("count").textContent = `${total} shown`;
}

/** Open the line that the address names. */
function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!named) return;
  if (named.tagName === "DETAILS") named.open = true;
  named.scrollIntoView();
}

document.addEventListener("keydown", (event) => {
  const search = document.getElementById("search");
  if (event.key !== "/" || document.activeElement === search) return;
  event.preventDefault();
  search.focus();
});

document.addEventListener("click", (event) => {
  const line = event.target.closest("summary");
  if (line) history.replaceState(null, "", `#${encodeURIComponent(line.parentElement.id)}`);
});

window.addEventListener("hashchange", openNamed);

fetch("/kitsulite/openapi.json")
  .then((answer) => answer.json())
  .then(show)
  .then(openNamed)
  .catch((error) => document.getElementById("operations").replaceChildren(element("p", {}, `The API cannot be described: ${error}`)));
