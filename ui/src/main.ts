// The frame of index.html is painted first: a browser runs a script that is there before it paints, and this one's is long.
import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import '$shared/tokens.css';
import '$shared/base.css';
import '$shared/first.css';
import '$shared/page.css';
import { takeToken } from '$ipc/token';

// At once: who goes elsewhere before the app is there would go with the token in the address, and lose it.
takeToken();

/** A page that nobody sees is given no frame. */
const UNSEEN_MS = 200;

const painted = new Promise<void>((done) => {
  requestAnimationFrame(() => setTimeout(done));
  setTimeout(done, UNSEEN_MS);
});
void painted.then(() => import('./start'));
