"""JavaScript that page_speed.py runs in the page."""

READY = "document.querySelector('.said')?.textContent && !document.querySelector('.readout[aria-busy=true]')"
HAS_DIGITS = """() => {
  const canvas = document.querySelector(".screens canvas");
  if (!canvas) return false;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((level, i) => i % 4 === 0 && level > 100);
}"""
# Enter a value. Returns the milliseconds to the frame with the pixels, and to the frame in which the element `later` is
# no longer busy: the readout of the predictions, or the pairs of fakes and their nearest training digits. The page
# changes the description of the picture (.said) just after it draws the picture. The digits of a round come with their
# predictions and without a readout, and their description may stay: there the screens are busy until they are drawn.
ENTER = """async ([selector, value, later]) => {
  const start = performance.now();
  const changed = (node, condition) => new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (!condition()) return;
      observer.disconnect();
      requestAnimationFrame(() => resolve(performance.now() - start));
    });
    observer.observe(node, { attributes: true, childList: true, characterData: true, subtree: true });
  });
  const readout = document.querySelector(".readout");
  const last = later && document.querySelector(later);
  const screens = document.querySelector(".screens");
  const drawn = readout
    ? changed(document.querySelector(".said"), () => true)
    : changed(screens, () => screens.ariaBusy === "false");
  const input = document.querySelector(selector);
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  const pixels = await drawn;
  const busy = last?.ariaBusy === "true";
  return [pixels, busy ? await changed(last, () => last.ariaBusy === "false") : pixels];
}"""
# Move a slider in each of `count` frames. Returns the milliseconds between the frames.
DRAG = """([selector, count]) => new Promise((resolve) => {
  const slider = document.querySelector(selector);
  const times = [];
  const step = (now) => {
    times.push(now);
    if (times.length > count) return resolve(times.slice(1).map((time, i) => time - times[i]));
    slider.value = times.length % (Number(slider.max) + 1);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""
