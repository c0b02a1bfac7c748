// Analytics of one session, put together. In: what the server says, the frames that were painted, and what
// the person wants to see. Out: scenes on the overlay, one per painted frame, the panel's view, and whether
// results are wanted at all. The only file that knows both results and the painted frame; it has no loop of
// its own and no React.
import type { MakeOverlay, Overlay } from '../overlay/overlay_canvas';
import { compose, HEAT_LIFE_US, type Known, type PaintedFrame } from '../overlay/scene';
import type { AnalyticsResult, ServerEvent, TrackedObject } from '../protocol/analytics';
import type { Hello } from '../protocol/protocol';
import { type Density, DensityKeeper } from '../results/density';
import { FigureKeeper } from '../results/figures';
import { Lateness } from '../results/lateness';
import { type Choices, needsResults, readChoices } from '../results/layers';
import { type AskStatus, Service } from '../results/service';
import { Timeline } from '../results/timeline';
import type { AnalyticsView } from '../results/view';
import type { Keeper } from '../storage/keeper';
import type { Time } from '../time/time';

/**
 * Age from which on objects are not drawn any more, µs: a person may stop or turn, so a velocity says little
 * about more than half a second.
 */
const OBJECTS_LIFE_US = 500_000;
/** Time by which a result may be newer than the painted frame and still be drawn, µs; for the same reason. */
const AHEAD_US = 500_000;

export interface AnalyticsParts {
  time: Time;
  keeper: Keeper;
  askStatus: AskStatus;
  /** Tells the server whether to send results. */
  want: (results: boolean) => void;
}

export class Analytics {
  private choices: Choices;
  private visible = true;
  /** Whether the server was last told to send results. */
  private wanted: boolean;
  private riskNews: string | undefined;
  private readonly service: Service;
  private readonly figures = new FigureKeeper();
  private readonly objects = new Timeline<readonly TrackedObject[]>(OBJECTS_LIFE_US, AHEAD_US);
  private readonly densities = new DensityKeeper();
  private readonly heat = new Timeline<Density>(HEAT_LIFE_US, AHEAD_US);
  private readonly lateness = { objects: new Lateness(), heat: new Lateness() };
  private readonly crossedUs = new Map<string, number>();
  private overlay: Overlay | undefined;
  private frame: PaintedFrame | undefined;

  constructor(private readonly parts: AnalyticsParts) {
    this.choices = readChoices(parts.keeper.load());
    this.service = new Service(parts.askStatus);
    this.wanted = needsResults(this.choices);
    parts.want(this.wanted);
  }

  /** Attaches an overlay to draw on; the returned function detaches it. */
  attach(makeOverlay: MakeOverlay): () => void {
    const overlay = makeOverlay(() => this.redraw());
    this.overlay = overlay;
    return () => {
      overlay?.close();
      if (this.overlay === overlay) this.overlay = undefined;
    };
  }

  choose(change: Partial<Choices>): void {
    this.choices = { ...this.choices, ...change };
    this.parts.keeper.save(JSON.stringify(this.choices));
    this.wantWhatIsSeen();
    this.redraw();
  }

  /** Takes note of whether the page can be seen; results that nobody could see are not asked for. */
  setVisible(visible: boolean): void {
    this.visible = visible;
    this.wantWhatIsSeen();
  }

  /** Forgets all results: a connection begins, perhaps to a server whose clock is another. */
  connecting(): void {
    this.clearResults();
    for (const memory of [this.densities, this.crossedUs]) memory.clear();
  }

  hearHello(hello: Hello): void {
    if (this.service.hearHello(hello)) this.figures.forget();
    this.figures.expect(this.parts.time.now());
  }

  hearResult(result: AnalyticsResult, offsetMs: number | undefined): void {
    if (result.objects !== undefined) this.objects.add(result.capturedUs, result.objects);
    if (result.crowd !== undefined)
      this.heat.add(result.capturedUs, this.densities.add(result.capturedUs, result.crowd.grid));
    this.service.hearResult(result);
    this.figures.add(result, this.parts.time.now(), offsetMs);
  }

  hearEvent(event: ServerEvent, atUs: number): void {
    if (event.name === 'line_crossed') this.crossedUs.set(event.line, atUs);
    if (event.name === 'risk_changed') this.riskNews = `Risk changed from ${event.from} to ${event.to}.`;
  }

  painted(frame: PaintedFrame): void {
    this.frame = frame;
    if (!frame.slate) this.noteLateness(frame.capturedUs);
    this.redraw();
  }

  view(): AnalyticsView {
    const { choices, riskNews, service } = this;
    return {
      ...this.figures.read(this.parts.time.now()),
      offer: service.offer,
      choices,
      bars: service.bars(needsResults(choices)),
      late: this.late(),
      riskNews,
    };
  }

  private wantWhatIsSeen(): void {
    const wanted = this.visible && needsResults(this.choices);
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    this.parts.want(wanted);
    if (!wanted) return;
    // What came before the pause is no result that is late.
    this.clearResults();
    this.figures.expect(this.parts.time.now());
  }

  private clearResults(): void {
    const { objects, heat } = this.lateness;
    for (const memory of [this.objects, this.heat, objects, heat]) memory.clear();
  }

  private noteLateness(paintedUs: number): void {
    this.lateness.objects.painted(paintedUs, this.objects.lateUs(paintedUs));
    this.lateness.heat.painted(paintedUs, this.heat.lateUs(paintedUs));
  }

  private late(): AnalyticsView['late'] {
    const [objects, heat] = [this.lateness.objects.seconds, this.lateness.heat.seconds];
    return {
      ...(objects === undefined ? {} : { boxes: objects, labels: objects }),
      ...(heat === undefined ? {} : { heat }),
    };
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
      lines: this.service.drawable.lines,
      zones: this.service.drawable.zones,
      lineCounts: this.figures.lineCounts,
      occupancies: this.figures.occupancies,
      crossedUs: this.crossedUs,
    };
  }
}
