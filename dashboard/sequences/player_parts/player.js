// Two films in step. All times are seconds of film A unless a name says otherwise; film B follows by
//   time in B = b.start + (t - a.start) / speed + shift
// where speed is seconds of A per second of B. A side without a playable video shows its stills instead.

const FRAME = 1 / 25
const PLAY = "M8 5v14l11-7z"
const PAUSE = "M6 5h4v14H6zm8 0h4v14h-4z"
const players = new WeakMap()

const clock = (seconds) => {
  const tenths = Math.max(0, Math.floor(seconds * 10 + 0.001))
  const [whole, tenth] = [Math.floor(tenths / 10), tenths % 10]
  const two = (n) => String(n).padStart(2, "0")
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}.${tenth}`
}

class Side {
  constructor(figure) {
    this.figure = figure
    this.video = figure.querySelector("video")
    this.image = figure.querySelector("img")
    this.note = figure.querySelector(".note")
    this.time = figure.querySelector(".time")
    this.url = undefined // not null: a side may be told at once that it has no film
    this.failed = false
    this.wanted = null
    this.video.onseeked = () => this.seekOn()
    this.video.onloadedmetadata = () => this.seekOn()
  }

  show(data, onFailed) {
    this.data = data
    this.figure.querySelector(".name").textContent = data.title
    if (data.url !== this.url) {
      this.url = data.url
      this.failed = !data.url
      this.video.onerror = () => {
        if (!this.url || this.failed) return
        this.failed = true
        this.dress()
        onFailed()
      }
      if (data.url) this.video.src = data.url
      else this.video.removeAttribute("src")
    }
    this.dress()
  }

  dress() {
    this.video.hidden = this.failed
    this.image.hidden = !this.failed
    const text = this.failed ? this.data.note || "This browser cannot play the film: stills are shown." : ""
    this.note.textContent = text
    this.note.hidden = !text
  }

  get plays() { return !this.failed }
  get ready() { return this.failed || (this.video.readyState >= 3 && !this.video.seeking) }
  get now() { return this.video.currentTime }
  get longest() { return this.data.duration || this.video.duration || Infinity }

  outside(at) { return at < -0.001 || at > this.longest + 0.001 }

  seek(at) {
    const inside = Math.min(Math.max(at, 0), Math.max(0, this.longest - 0.05))
    this.figure.classList.toggle("outside", this.outside(at))
    this.time.textContent = clock(inside)
    if (this.failed) {
      this.still(inside)
    } else {
      // A hair past the frame's own time, so that rounding does not show the one before.
      this.wanted = inside + 0.005
      this.seekOn()
    }
  }

  seekOn() {
    // While a seek is under way only the last wish is kept: dragging stays smooth.
    if (this.wanted === null || this.video.seeking || this.video.readyState < 1) return
    const at = this.wanted
    this.wanted = null
    if (Math.abs(this.video.currentTime - at) > 0.001) this.video.currentTime = at
  }

  still(at) {
    const k = Math.min(this.data.count - 1, Math.max(0, Math.floor(at * this.data.fps + 0.001)))
    if (this.k === k && this.from === this.data.still) return
    this.k = k
    this.from = this.data.still
    this.image.src = this.data.still.replace("{k}", k)
    this.image.alt = `${this.data.title} at ${clock(at)}`
    for (const next of [k + 1, k + 2]) {
      if (next < this.data.count) new Image().src = this.data.still.replace("{k}", next)
    }
  }
}

class Player {
  constructor(root) {
    this.root = root
    const find = (name) => root.querySelector(name)
    this.box = find(".player")
    this.stage = find(".stage")
    this.a = new Side(find('[data-side="a"]'))
    this.b = new Side(find('[data-side="b"]'))
    this.band = find(".band")
    for (const name of ["scrubber", "play", "start", "back", "forth", "loop", "flip", "rate", "sound", "look"]) {
      this[name] = find(`.${name}`)
    }
    this.t = 0
    this.playing = false
    this.play.onclick = () => (this.playing ? this.pause() : this.go())
    this.start.onclick = () => this.to(this.data.a.start)
    this.back.onclick = () => this.step(-FRAME)
    this.forth.onclick = () => this.step(FRAME)
    this.scrubber.oninput = () => this.to(Number(this.scrubber.value))
    this.flip.onchange = () => this.dress()
    this.look.onchange = () => this.dress()
    this.rate.onchange = () => this.pace()
    this.sound.onchange = () => this.listen()
    this.box.onkeydown = (event) => this.key(event)
    this.tick = this.tick.bind(this)
  }

  show(data, report) {
    const before = this.data
    this.data = data
    this.low = Math.max(0, data.a.start - data.around)
    this.high = Math.min(data.a.duration || Infinity, data.a.end + data.around)
    this.a.show(data.a, () => report("a"))
    this.b.show(data.b, () => report("b"))
    this.stage.style.setProperty("--aspect", Math.min(2.4, Math.max(1.2, data.aspect)))
    Object.assign(this.scrubber, { min: this.low, max: this.high })
    const share = (t) => ((t - this.low) / (this.high - this.low)) * 100
    this.band.style.left = `${share(data.a.start)}%`
    this.band.style.width = `${share(data.a.end) - share(data.a.start)}%`
    this.offerSound()
    if (!before || before.name !== data.name) {
      this.pause()
      this.flip.checked = data.mirrored
      this.to(data.a.start)
    } else if (!this.playing) {
      this.to(this.t)
    }
    this.dress()
  }

  offerSound() {
    const chosen = this.sound.value
    this.sound.replaceChildren(new Option("off", ""))
    if (this.data.a.sound && this.a.plays) this.sound.add(new Option("film A", "a"))
    if (this.data.b.sound && this.b.plays) this.sound.add(new Option("film B", "b"))
    this.sound.value = [...this.sound.options].some((o) => o.value === chosen) ? chosen : ""
    this.root.querySelector(".sounding").hidden = this.sound.options.length < 2
    this.listen()
  }

  listen() {
    this.a.video.muted = this.sound.value !== "a"
    this.b.video.muted = this.sound.value !== "b"
  }

  dress() {
    this.stage.dataset.look = this.look.value
    this.b.figure.classList.toggle("mirrored", this.flip.checked)
  }

  inB(t) { return this.data.b.start + (t - this.data.a.start) / this.data.speed + this.data.shift }
  fromB(tb) { return this.data.a.start + (tb - this.data.b.start - this.data.shift) * this.data.speed }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const on = event.composedPath()[0]
    const typing = on instanceof HTMLSelectElement || (on instanceof HTMLButtonElement && event.key === " ") ||
      (on.type === "checkbox" && event.key === " ")
    const does = {
      " ": () => this.play.onclick(), ArrowLeft: () => this.step(-1), ArrowRight: () => this.step(1),
      ",": () => this.step(-FRAME), ".": () => this.step(FRAME), Home: () => this.start.onclick(),
    }[event.key]
    if (typing || !does) return
    event.preventDefault()
    event.stopPropagation()
    does()
  }

  step(by) {
    this.pause()
    this.to(Math.min(this.high, Math.max(this.low, this.t + by)))
  }

  to(t) {
    this.t = t
    this.last = performance.now()
    this.scrubber.value = t
    this.scrubber.setAttribute("aria-valuetext", `${clock(t)} in A, ${clock(this.inB(t))} in B`)
    this.a.seek(t)
    this.b.seek(this.inB(t))
    // After a jump the clock waits for both pictures.
    this.jumped = true
  }

  pace() {
    const rate = Number(this.rate.value)
    this.a.video.playbackRate = rate
    this.b.video.playbackRate = Math.min(16, Math.max(0.0625, rate / this.data.speed))
  }

  go() {
    if (this.t >= this.high - 0.05) this.to(this.low)
    this.playing = true
    this.pace()
    this.last = performance.now()
    this.label()
    this.tick()
  }

  pause() {
    this.playing = false
    cancelAnimationFrame(this.frame)
    clearTimeout(this.timer)
    this.a.video.pause()
    this.b.video.pause()
    if (this.data) this.label()
  }

  label() {
    this.play.querySelector(".glyph").setAttribute("d", this.playing ? PAUSE : PLAY)
    this.play.querySelector("span").textContent = this.playing ? "Pause" : "Play"
    this.play.setAttribute("aria-label", this.playing ? "Pause both" : "Play both")
  }

  next() {
    cancelAnimationFrame(this.frame)
    clearTimeout(this.timer)
    this.frame = requestAnimationFrame(this.tick)
    // A hidden tab draws no frames, and its films would run apart.
    this.timer = setTimeout(this.tick, 250)
  }

  tick() {
    if (!this.playing) return
    const now = performance.now()
    const elapsed = Math.min(1, (now - this.last) / 1000)
    this.last = now
    const waiting = [this.a, this.b].some((side) => side.plays && side.wanted !== null) || !this.a.ready || !this.b.ready
    if (waiting) {
      // One has to load: the other waits for it.
      for (const side of [this.a, this.b]) if (side.plays && !side.video.paused) side.video.pause()
      this.next()
      return
    }
    this.jumped = false
    const leader = this.a.plays ? this.a : this.b.plays ? this.b : null
    if (!leader) this.t += elapsed * Number(this.rate.value)
    else if (leader.video.paused) { /* starts below, from where it stands */ }
    else this.t = leader === this.a ? this.a.now : this.fromB(this.b.now)
    if (this.t >= this.high - 0.02) {
      if (this.loop.checked) this.to(this.low)
      else { this.pause(); this.to(this.high) }
      this.next()
      return
    }
    this.run(this.a, this.t, leader)
    this.run(this.b, this.inB(this.t), leader)
    this.scrubber.value = this.t
    this.next()
  }

  run(side, at, leader) {
    side.figure.classList.toggle("outside", side.outside(at))
    side.time.textContent = clock(Math.min(Math.max(at, 0), side.longest))
    if (!side.plays) { side.still(at); return }
    if (side.outside(at)) { side.video.pause(); return }
    if (side.video.paused) side.video.play().catch(() => this.pause())
    if (side === leader) return
    const base = Number(this.rate.value) / (side === this.b ? this.data.speed : 1)
    const drift = side.now - at
    const steady = performance.now() - (side.corrected || 0) > 700
    if (Math.abs(drift) > 0.35 && steady) {
      side.corrected = performance.now()
      side.video.currentTime = at + 0.005
    } else {
      // Small drifts are made up for by running a little faster or slower, which nobody sees.
      side.video.playbackRate = Math.min(16, Math.max(0.0625, base * Math.min(1.25, Math.max(0.75, 1 - drift))))
    }
  }

  leave() {
    this.pause()
    for (const side of [this.a, this.b]) {
      side.url = null
      side.video.onerror = null
      side.video.removeAttribute("src")
      side.video.load()
    }
  }
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  let player = players.get(parentElement)
  if (!player) {
    player = new Player(parentElement)
    players.set(parentElement, player)
  }
  if (data) player.show(data, (side) => setTriggerValue("unplayable", side))
  return () => {
    player.leave()
    players.delete(parentElement)
  }
}
