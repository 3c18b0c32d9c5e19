// CodeMirror, set up once for code and for JSON events. Loaded only when an editor is shown: it is the largest part of
// the interface. Colours are the tokens, so both themes follow without a second editor theme.

import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { json } from '@codemirror/lang-json';
import { python } from '@codemirror/lang-python';
import { rust } from '@codemirror/lang-rust';
import {
  HighlightStyle, StreamLanguage, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting,
} from '@codemirror/language';
import { java } from '@codemirror/legacy-modes/mode/clike';
import { go } from '@codemirror/legacy-modes/mode/go';
import { ruby } from '@codemirror/legacy-modes/mode/ruby';
import { shell } from '@codemirror/legacy-modes/mode/shell';
import { toml } from '@codemirror/legacy-modes/mode/toml';
import { xml } from '@codemirror/legacy-modes/mode/xml';
import { yaml } from '@codemirror/legacy-modes/mode/yaml';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, Prec, RangeSet, StateEffect, StateField, type Extension } from '@codemirror/state';
import {
  Decoration, EditorView, GutterMarker, type DecorationSet, drawSelection, gutter, gutterLineClass, highlightActiveLine,
  highlightActiveLineGutter, keymap, lineNumbers, placeholder,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** A line with something wrong on it. */
export interface Mark {
  line: number;
  message: string;
}

/** What stands in the margin beside a line. */
export interface Beside {
  line: number;
  text: string;
  /** The same as a sentence. */
  says: string;
  /** Set apart: it is much. */
  strong: boolean;
}

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.bool, tags.null, tags.self, tags.modifier], color: 'var(--ice)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--amber)' },
  { tag: [tags.comment, tags.meta], color: 'var(--faint)' },
  { tag: tags.invalid, color: 'var(--rose)' },
]);

const look = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'transparent', color: 'var(--text)', fontSize: 'var(--t-sm)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.7', overflow: 'auto' },
  '.cm-content': { padding: '0 0 12px', caretColor: 'var(--text)' },
  '.cm-line': { padding: '0 16px 0 4px' },
  // Opaque: long lines pass under the numbers when they are scrolled.
  '.cm-gutters': { backgroundColor: 'var(--panel)', border: '0', color: 'var(--faint)' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '34px', padding: '0 12px 0 8px' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine, &.cm-focused .cm-activeLineGutter': { backgroundColor: 'var(--hover)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--focus) 24%, transparent)',
  },
  '&.cm-focused .cm-matchingBracket, .cm-selectionMatch': {
    backgroundColor: 'color-mix(in srgb, var(--focus) 18%, transparent)',
  },
  '.cm-problem, &.cm-focused .cm-problem.cm-activeLine': { backgroundColor: 'var(--rose-dim)' },
  '.cm-gutterElement.cm-problem-gutter': { color: 'var(--rose)', backgroundColor: 'var(--rose-dim)', fontWeight: '700' },
  // On the right, and opaque: what is written runs under it.
  '.cm-gutters.cm-gutters-after': { border: '0' },
  '.cm-beside .cm-gutterElement': { padding: '0 12px', fontVariantNumeric: 'tabular-nums', fontSize: 'var(--t-xs)', textAlign: 'right', whiteSpace: 'nowrap' },
  '.cm-beside .strong': { color: 'var(--amber)' },
  '.cm-placeholder': { color: 'var(--faint)' },
  '.cm-panels': { backgroundColor: 'var(--raised)', color: 'var(--text)', borderColor: 'var(--line)' },
  '.cm-panel.cm-search': { fontFamily: 'var(--font)', fontSize: 'var(--t-xs)' },
  '.cm-textfield': { backgroundColor: 'var(--bg)', border: '1px solid var(--line)', borderRadius: '4px' },
  '.cm-button': { background: 'var(--panel)', border: '1px solid var(--line)', borderRadius: '4px' },
});

const setMarks = StateEffect.define<readonly Mark[]>();

class ProblemGutter extends GutterMarker {
  override elementClass = 'cm-problem-gutter';
}
const problemGutter = new ProblemGutter();

const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(old, transaction) {
    let now = old.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setMarks)) continue;
      const { doc } = transaction.state;
      now = Decoration.set(
        effect.value
          .filter(({ line }) => line >= 1 && line <= doc.lines)
          .map(({ line, message }) =>
            Decoration.line({ class: 'cm-problem', attributes: { title: message, 'data-testid': 'code-problem-line' } }).range(doc.line(line).from),
          ),
        true,
      );
    }
    return now;
  },
  provide: (field) => [
    EditorView.decorations.from(field),
    gutterLineClass.compute([field], (state) => {
      const ranges: ReturnType<typeof problemGutter.range>[] = [];
      state.field(field).between(0, state.doc.length, (from) => void ranges.push(problemGutter.range(from)));
      return RangeSet.of(ranges, true);
    }),
  ],
});

const setBeside = StateEffect.define<readonly Beside[]>();

class BesideMarker extends GutterMarker {
  constructor(private readonly of: Beside) {
    super();
  }
  override eq(other: BesideMarker): boolean {
    return other.of.text === this.of.text && other.of.says === this.of.says;
  }
  override toDOM(): Node {
    const { text, says, strong } = this.of;
    const told = Object.assign(document.createElement('span'), { textContent: text, title: says, className: strong ? 'strong' : '' });
    told.setAttribute('data-testid', 'code-beside');
    return told;
  }
}

const beside = StateField.define<RangeSet<BesideMarker>>({
  create: () => RangeSet.empty,
  update(old, transaction) {
    let now = old.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setBeside)) continue;
      const { doc } = transaction.state;
      const fit = effect.value.filter(({ line }) => line >= 1 && line <= doc.lines);
      now = RangeSet.of(fit.map((one) => new BesideMarker(one).range(doc.line(one.line).from)), true);
    }
    return now;
  },
});

/** The margin is there only while something stands in it. */
const margin = gutter({ class: 'cm-beside', side: 'after', markers: (view) => view.state.field(beside) });

function languageOf(file: string): Extension {
  const name = file.split('/').pop() ?? file;
  const ending = name.includes('.') ? (name.split('.').pop() ?? '') : name;
  switch (ending) {
    case 'py':
      return [python(), indentUnit.of('    ')];
    case 'js': case 'mjs': case 'cjs': case 'jsx':
      return [javascript({ jsx: ending === 'jsx' }), indentUnit.of('  ')];
    case 'ts': case 'mts': case 'cts': case 'tsx':
      return [javascript({ typescript: true, jsx: ending === 'tsx' }), indentUnit.of('  ')];
    case 'rs':
      return [rust(), indentUnit.of('    ')];
    case 'go':
      return [StreamLanguage.define(go), indentUnit.of('\t')];
    case 'java':
      return [StreamLanguage.define(java), indentUnit.of('    ')];
    case 'rb':
      return [StreamLanguage.define(ruby), indentUnit.of('  ')];
    case 'xml':
      return [StreamLanguage.define(xml), indentUnit.of('  ')];
    case 'json':
      return [json(), indentUnit.of('  ')];
    case 'yaml': case 'yml':
      return StreamLanguage.define(yaml);
    case 'toml':
      return StreamLanguage.define(toml);
    case 'sh': case 'bash': case 'bootstrap': case 'env':
      return StreamLanguage.define(shell);
    default:
      return [];
  }
}

export interface EditorOptions {
  parent: HTMLElement;
  text: string;
  /** A path: its ending decides the language. */
  file: string;
  label: string;
  hint?: string;
  gutter: boolean;
  onChange: (text: string) => void;
  /** The line of the cursor, from 1, whenever it moves. */
  onLine?: ((line: number) => void) | undefined;
}

/** One editor: a handle over CodeMirror's view. */
export class Editor {
  private readonly view: EditorView;
  private readonly language = new Compartment();
  private readonly margin = new Compartment();
  private quiet = false;

  constructor(options: EditorOptions) {
    this.view = new EditorView({
      parent: options.parent,
      state: EditorState.create({
        doc: options.text,
        extensions: [
          // Mod-Enter invokes, Mod-s saves, Mod-e opens another editor; the page handles them.
          Prec.highest(keymap.of([{ key: 'Mod-Enter', run: () => true }, { key: 'Mod-s', run: () => true }, { key: 'Mod-e', run: () => true }])),
          keymap.of([...searchKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
          history(), drawSelection(), indentOnInput(), bracketMatching(), highlightSelectionMatches(), search({ top: true }),
          highlightActiveLine(), highlightActiveLineGutter(),
          options.gutter ? lineNumbers() : [],
          options.hint ? placeholder(options.hint) : [],
          syntaxHighlighting(colours), look, marks, beside, this.margin.of([]),
          this.language.of(languageOf(options.file)),
          // A tab stop by itself: said so, because what scrolls has to hold one that can be told.
          EditorView.contentAttributes.of({ 'aria-label': options.label, tabindex: '0' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged && !this.quiet) options.onChange(update.state.doc.toString());
            if (update.selectionSet || update.docChanged) options.onLine?.(update.state.doc.lineAt(update.state.selection.main.head).number);
          }),
        ],
      }),
    });
  }

  /** Replaces the text from outside without telling `onChange`; the cursor stays where it can. */
  setText(text: string): void {
    const { doc, selection } = this.view.state;
    if (doc.toString() === text) return;
    this.quiet = true;
    const anchor = Math.min(selection.main.anchor, text.length);
    this.view.dispatch({ changes: { from: 0, to: doc.length, insert: text }, selection: { anchor } });
    this.quiet = false;
  }

  setFile(file: string): void {
    this.view.dispatch({ effects: this.language.reconfigure(languageOf(file)) });
  }

  setMarks(list: readonly Mark[]): void {
    this.view.dispatch({ effects: setMarks.of(list) });
  }

  setBeside(list: readonly Beside[]): void {
    const shown = this.margin.get(this.view.state) === margin;
    const turn = shown === list.length > 0 ? [] : [this.margin.reconfigure(shown ? [] : margin)];
    this.view.dispatch({ effects: [setBeside.of(list), ...turn] });
  }

  reveal(line: number): void {
    const { doc } = this.view.state;
    const at = doc.line(Math.min(Math.max(1, line), doc.lines)).from;
    this.view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) });
  }

  focus(): void {
    this.view.focus();
  }

  destroy(): void {
    this.view.destroy();
  }
}
