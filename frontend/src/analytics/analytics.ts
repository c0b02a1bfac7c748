// Analytics of one session, put together. In: what the server says, the frames that were painted, and what the person wants to
// see. Out: scenes on the overlay, one per painted frame, the panel's view, and whether results are wanted at all. The only place
// that knows both results and the painted frame; it has no loop of its own and no React.
import type { AnalyticsResult, Grid, ServerEvent, TrackedObject } from '../protocol/analytics';
import type { Hello } from '../protocol/protocol';
import type { Time } from '../time/time';
import { FigureKeeper, type Figures } from './figures';
import { type Choices, type Keeper, needsResults, readChoices } from './layers';
import type { Overlay } from './overlay_canvas';
import { compose, type Known, type PaintedFrame } from './scene';
import { Timeline } from './timeline';

/** A person may stop or turn: a velocity says little about more than half a second, forward or back. */
const OBJECTS_LIFE_US = 500_000;
/** Crowds move slowly, and the model that sees them comes round only two or three times a second. */
const HEAT_LIFE_US = 2_000_000;
const AHEAD_US = 500_000;

export interface AnalyticsView extends Figures {
  /** Undefined until the server has said whether it has any. */
  available: boolean | undefined;
  choices: Choices;
  /** The last change of risk, for those who hear the page. */
  riskNews: string | undefined;
}

export interface AnalyticsParts {
  time: Time;
  keeper: Keeper;
  /** Tells the server whether to send results. */
  want: (results: boolean) => void;
}

export class Analytics {
  private choices: Choices;
  private hello: Hello | undefined;
  private riskNews: string | undefined;
  private readonly figures = new FigureKeeper();
  private readonly objects = new Timeline<readonly TrackedObject[]>(OBJECTS_LIFE_US, AHEAD_US);
  private readonly heat = new Timeline<Grid>(HEAT_LIFE_US, AHEAD_US);
  private readonly crossedUs = new Map<string, number>();
  private overlay: Overlay | undefined;
  private frame: PaintedFrame | undefined;

  constructor(private readonly parts: AnalyticsParts) {
    this.choices = readChoices(parts.keeper.load());
    parts.want(needsResults(this.choices));
  }

  /** Gives it something to draw on; the returned function takes that away again. */
  attach(makeOverlay: (redraw: () => void) => Overlay | undefined): () => void {
    const overlay = makeOverlay(() => this.redraw());
    this.overlay = overlay;
    return () => {
      overlay?.close();
      if (this.overlay === overlay) this.overlay = undefined;
    };
  }

  choose(change: Partial<Choices>): void {
    const before = needsResults(this.choices);
    this.choices = { ...this.choices, ...change };
    this.parts.keeper.save(JSON.stringify(this.choices));
    const wanted = needsResults(this.choices);
    if (wanted !== before) this.parts.want(wanted);
    if (wanted && !before) this.figures.expect(this.parts.time.now());
    this.redraw();
  }

  /** A connection begins, perhaps to a server whose clock is another. */
  connecting(): void {
    for (const memory of [this.objects, this.heat, this.crossedUs]) memory.clear();
  }

  hearHello(hello: Hello): void {
    const { run, camera } = this.hello ?? hello;
    if (run !== hello.run || camera !== hello.camera) this.figures.forget();
    this.hello = hello;
    this.figures.expect(this.parts.time.now());
  }

  hearResult(result: AnalyticsResult, offsetMs: number | undefined): void {
    if (result.objects !== undefined) this.objects.add(result.capturedUs, result.objects);
    if (result.crowd !== undefined) this.heat.add(result.capturedUs, result.crowd.grid);
    this.figures.add(result, this.parts.time.now(), offsetMs);
  }

  hearEvent(event: ServerEvent, atUs: number): void {
    if (event.name === 'line_crossed') this.crossedUs.set(event.line, atUs);
    if (event.name === 'risk_changed') this.riskNews = `Risk changed from ${event.from} to ${event.to}.`;
  }

  painted(frame: PaintedFrame): void {
    this.frame = frame;
    this.redraw();
  }

  view(): AnalyticsView {
    const { choices, riskNews } = this;
    return { ...this.figures.read(this.parts.time.now()), available: this.hello?.analytics, choices, riskNews };
  }

  /** Where nothing counts, a line would be no more than a stroke across the picture. */
  private get drawable(): Hello | undefined {
    return this.hello?.analytics === true ? this.hello : undefined;
  }

  private redraw(): void {
    const { frame, overlay, choices } = this;
    if (frame === undefined || overlay === undefined) return;
    const view = { stage: overlay.stage, layers: choices, measure: overlay.measure };
    overlay.show(compose(frame, this.knownAt(frame.capturedUs), view), frame.frame);
  }

  private knownAt(paintedUs: number): Known {
    return {
      objects: this.objects.at(paintedUs),
      heat: this.heat.at(paintedUs),
      lines: this.drawable?.lines ?? [],
      zones: this.drawable?.zones ?? [],
      lineCounts: this.figures.lineCounts,
      occupancies: this.figures.occupancies,
      crossedUs: this.crossedUs,
    };
  }
}
