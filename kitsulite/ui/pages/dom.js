// Elements in a word, texts of the chosen language, dates and colours.

/** An element: h('button', { class: 'big', onclick: f }, 'Save'). Properties that are functions listen. */
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue
    if (typeof value === 'function') element.addEventListener(key.replace(/^on/, ''), value)
    else if (key === 'color') element.style.setProperty('--color', value)
    else if (key === 'value') element.value = value
    else element.setAttribute(key, value === true ? '' : value)
  }
  element.append(...shown(children))
  return element
}

/** What there is of children, some of which may be missing. */
const shown = children => children.flat(3).filter(child => child !== undefined && child !== null && child !== false)

/** Put children into an element in the place of all. */
export function fill(element, ...children) {
  element.replaceChildren(...shown(children))
}

export function svg(name, properties = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const [key, value] of Object.entries(properties)) element.setAttribute(key, value)
  element.append(...children)
  return element
}

// Language

const LANGUAGE = 'kitsulite-language'
export const LANGUAGES = { en: 'English', de: 'Deutsch', fr: 'Français', es: 'Español' }

function remembered() {
  try { return localStorage.getItem(LANGUAGE) } catch { return null }
}

function chosen() {
  const wanted = [remembered(), ...(navigator.languages || [])]
  return wanted.map(name => (name || '').slice(0, 2)).find(name => name in LANGUAGES) || 'en'
}

export const language = chosen()
document.documentElement.lang = language
const { TEXTS } = await import(`./texts-${language}.js`)

export function choose(name) {
  try { localStorage.setItem(LANGUAGE, name) } catch { /* then it is forgotten */ }
  location.reload()
}

/** A text in the language of the person; {name} is filled in. */
export function t(key, facts = {}) {
  const text = TEXTS[key] || key
  return text.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole)
}

// Dates are UTC without a zone in the API.

const DAY_AND_TIME = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
const AGO = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
const UNITS = [['day', 86400], ['hour', 3600], ['minute', 60]]

export function when(text) {
  const moment = new Date(text + 'Z')
  const seconds = (moment - Date.now()) / 1000
  const found = UNITS.find(([, length]) => Math.abs(seconds) >= length)
  const shown = Math.abs(seconds) > 30 * 86400 ? DAY_AND_TIME.format(moment)
    : found ? AGO.format(Math.round(seconds / found[1]), found[0]) : t('just now')
  return h('time', { datetime: text + 'Z', title: DAY_AND_TIME.format(moment) }, shown)
}

export function day(text) {
  return text ? new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(text.slice(0, 10))) : ''
}

export function size(bytes) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = bytes ? Math.min(4, Math.floor(Math.log10(bytes) / 3)) : 0
  return (bytes / 1000 ** power).toLocaleString(language, { maximumFractionDigits: 1 }) + ' ' + units[power]
}

// Colours

/** Whether black is read better than white on a colour like #3273dc. */
export function isBright(color) {
  const parts = [1, 3, 5].map(at => parseInt((color || '#888888').slice(at, at + 2), 16) / 255)
  const [r, g, b] = parts.map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179
}

export function badge(status, name = status.short_name) {
  return h('span', { class: 'status ' + (isBright(status.color) ? 'bright' : 'dark'), color: status.color }, name)
}

export function avatar(person, extra = '') {
  const name = fullName(person)
  if (person?.has_avatar) {
    return h('img', { class: 'avatar ' + extra, alt: '', loading: 'lazy', src: `/api/pictures/thumbnails/persons/${person.id}.png` })
  }
  const initials = name.split(' ').map(word => word[0] || '').join('').slice(0, 2)
  return h('span', { class: 'avatar ' + extra, 'aria-hidden': 'true' }, initials)
}

export function fullName(person) {
  return person ? `${person.first_name || ''} ${person.last_name || ''}`.trim() : ''
}

/** Show a line that fades, which screen readers say too. */
export function say(text, isError = false) {
  const said = document.getElementById('said')
  said.textContent = ''
  said.className = isError ? 'error shown' : 'shown'
  requestAnimationFrame(() => { said.textContent = text })
  clearTimeout(say.timer)
  say.timer = setTimeout(() => { said.className = '' }, 6000)
}

/** A labelled field of a form. */
export function field(label, input, note) {
  return h('label', { class: 'field' }, h('span', {}, label), input, note && h('small', {}, note))
}
