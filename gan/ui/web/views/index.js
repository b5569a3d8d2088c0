// The views, in the order of their tabs. To add one, write its file, add its line here, and add its texts to text/*.json:
// the name of its tab under the key that is `tab`. tests/browser/test_sixth_view.py has an example.
//
// The file of a view exports an object `view`. `film` is what the server answered to its question, `state` is the state
// of the page.
//
//   tab                    its tab: the value of state.view, and the key of the tab's text
//   shows(state)           whether this view shows the state; two views may share a tab
//   question(state, model) what it asks: [endpoint, model, ...arguments]
//   frame(state, film)     the number of the frame that it shows
//   describe(state, film, { model, epoch, count })   what the frame shows, in a sentence
//   keys                   the key of the text that explains the arrow keys
//   exports                what can be saved: png, gif, webp, json, npy, python
//   python(film, seeds, state)   the Python expression for the latent vectors of what is shown
//
// and, if it needs them:
//
//   picks                  true: digits can be pointed at and picked
//   actions                what can be done with a picked digit: [key of its text, (place) => change of the state]
//   move(state, x, y)      how an arrow key on a screen changes the state, unless it picks
//   grid(), drag(x, y), mark(state)   the cells of a screen that is dragged over, how that changes the state, the mark
//   fields                 fields of the link that only this view has, as in store.js
//   reals(state, model)    the question for the real digits that can be shown beside, with the scores of a model's D
//   count()                { usual, most } numbers of digits
//   epoch(state, film)     the epoch of the frame, unless it is that of the question
//   overlay(state, film)   a film whose tiles are drawn over those of the film
//   numbers(state, film)   the digits that it shows, in order; it returns the same array until they change
//   empty(state, film)     what to write if there are no digits
//   needsPredictions(state)   true: the predictions decide what is shown
//   prepare(state, wanted) what it loads before it asks; it returns the films among that
//   finish(films, wanted)  what else it loads, when its films are shown
//   spoken(state)          texts that a screen reader says of the state, beside the sentence of `describe`
//   controls(state, films) the controls beside the screens. `films` is empty until the first are there.
//   above(state), below(state, films), aside(state)   what stands above the screens, below and beside them
//   after(state, films)    what stands below the screens, but after what is beside them in a narrow window
//   seedName               the key of the name of the seed box, if the seed is the start of a path
//   vectors(question, film)   the question whose vectors and animation are saved
//   ownVectors             true: each model has vectors of its own
//   panel(state), load(state, wanted)   instead of screens: its own content, and what it loads for it
//   single                 true: it shows one model at a time, of both the best
//   secret                 true: nothing is told of a digit that is shown or pointed at
//   seedless               true: there is no seed to choose
//   seedsOnly              true: it cannot show a vector in place of the seed
//   keysEverywhere         true: its arrow keys work wherever nothing else uses them
//   missing()              what is missing on this server, in a sentence, or ""; then it asks for nothing
//
// `wanted(promise)` waits for a promise and throws if the visitor has left the view meanwhile.

// The page starts with the views of one tab, and loads the others when the first digits are there.

/** [tab, what loads the view]. The tab is the one that the view names. */
const VIEWS = [
  ["generate", () => import("./generate.js")],
  ["interpolate", () => import("./line.js")],
  ["interpolate", () => import("./plane.js")],
  ["interpolate", () => import("./handles.js")],
  ["interpolate", () => import("./arithmetic.js")],
  ["progression", () => import("./progression.js")],
  ["train", () => import("./train.js")],
  ["draw", () => import("./draw.js")],
  ["quiz", () => import("./quiz.js")],
  ["lesson", () => import("./lesson.js")],
];

export const TABS = [...new Set(VIEWS.map(([tab]) => tab))];

/** The views of the tabs for which `wants(tab)` is true. */
export async function loadViews(wants) {
  const files = VIEWS.filter(([tab]) => wants(tab)).map(([, load]) => load());
  return (await Promise.all(files)).map(({ view }) => view);
}
