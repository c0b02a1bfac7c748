// Analytics of one session, put together. In: what the server says, frames as they arrive and are painted,
// and what the person wants to see. Out: scenes on the overlay, one per painted frame, the panel's view, and
// whether results are wanted at all. The only file that knows both results and the painted frame; it has no
// loop of its own and no React.
import type { Frame } from '../connection/connection';
import type { Sent } from '../overlay/blocks';
import type { MakeOverlay, Overlay } from '../overlay/overlay_canvas';
import { FRESH_US } from '../overlay/objects';
import { compose, HEAT_FRESH_US, type Known, type PaintedFrame } from '../overlay/scene';
import type { AnalyticsResult, ServerEvent, TrackedObject } from '../protocol/analytics';
import type { Hello } from '../protocol/protocol';
import { type Density, DensityKeeper } from '../results/density';
import { FigureKeeper } from '../results/figures';
import { Lateness } from '../results/lateness';
import { type Choices, needsResults, readChoices } from '../results/layers';
import { News } from '../results/news';
import { type AskStatus, Service } from '../results/service';
import { Timeline } from '../results/timeline';
import type { AnalyticsView } from '../results/view';
import type { Keeper } from '../storage/keeper';
import type { Time } from '../time/time';
import { SentKeeper } from './sent';

/**
 * Time by which a result may be newer than the painted frame and still be drawn, µs: a velocity says little
 * about more than half a second.
 */
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
  private readonly service: Service;
  private readonly figures = new FigureKeeper();
  private readonly news = new News();
  private readonly objects = new Timeline<readonly TrackedObject[]>(AHEAD_US);
  private readonly densities = new DensityKeeper();
  private readonly heat = new Timeline<Density>(AHEAD_US);
  private readonly lateness = { objects: new Lateness(), heat: new Lateness() };
  /** Capture times of the last events, µs, by the name of the line or zone. */
  private readonly crossedUs = new Map<string, number>();
  private readonly loiteredUs = new Map<string, number>();
  /** Whether messages may bring parts of pictures. */
  private deltas = false;
  private readonly arriving = new SentKeeper();
  /** What the painted frame and those before it that were not painted brought. */
  private sent: readonly Sent[] = [];
  private overlay: Overlay | undefined;
  private frame: PaintedFrame | undefined;
  /** Number of the frame with which the take of the painted pictures may have begun. */
  private take = 0;

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
    // Blocks that came before it was hidden are not in the first picture afterwards.
    if (!visible) this.arriving.clear();
    this.wantWhatIsSeen();
  }

  /** Forgets all results: a connection begins, perhaps to a server whose clock is another. */
  connecting(): void {
    this.take = 0;
    this.clearResults();
    for (const memory of [this.densities, this.crossedUs, this.loiteredUs, this.arriving]) memory.clear();
    this.sent = [];
    this.redraw();
  }

  hearHello(hello: Hello): void {
    this.deltas = hello.delta === true;
    if (this.service.hearHello(hello)) for (const memory of [this.figures, this.news]) memory.forget();
    this.figures.expect(this.parts.time.now());
  }

  hearResult(result: AnalyticsResult, offsetMs: number | undefined): void {
    const { capturedUs, objects, crowd } = result;
    const delayUs = result.finishedUs - capturedUs;
    // What was found in an earlier take counts, and is not drawn on this one.
    const drawn = result.frame >= this.take;
    if (drawn && objects !== undefined) this.objects.add(result, delayUs, objects);
    if (drawn && crowd !== undefined) {
      this.heat.add(result, delayUs, this.densities.add(capturedUs, crowd.grid));
    }
    this.service.hearResult(result);
    this.figures.add(result, this.parts.time.now(), offsetMs);
  }

  hearEvent(event: ServerEvent, atUs: number): void {
    // Of a slow detector the picture has long passed the moment: what shows from now on is seen.
    const shownUs = Math.max(atUs, this.frame?.capturedUs ?? atUs);
    if (event.name === 'line_crossed') this.crossedUs.set(event.line, shownUs);
    if (event.name === 'loitering') this.loiteredUs.set(event.zone, shownUs);
    this.news.hear(event, this.parts.time.now());
  }

  /** Takes a message of frames as it arrives; its bytes are read at once. */
  received(frame: Frame): void {
    if (this.choices.blocks && this.deltas && this.visible) this.arriving.add(frame, frame.jpeg);
  }

  painted(frame: PaintedFrame): void {
    this.frame = frame;
    this.sent = this.arriving.takeUpTo(frame.frame);
    this.enter(frame);
    if (!frame.slate) this.noteLateness(frame.capturedUs);
    this.redraw();
  }

  view(): AnalyticsView {
    const { choices, news, service } = this;
    const nowMs = this.parts.time.now();
    return {
      ...this.figures.read(nowMs),
      offer: service.offer,
      choices,
      bars: service.bars(needsResults(choices)),
      late: this.late(),
      places: service.drawable,
      loitering: news.loitering(nowMs),
      spoken: news.spoken,
    };
  }

  /** Forgets what was found before a take, where a picture of another one than the last is painted. */
  private enter({ take, slate }: PaintedFrame): void {
    // A slate is of no take. A lower one is of a server that has begun anew.
    if (slate || take === this.take) return;
    this.take = take;
    for (const timeline of [this.objects, this.heat]) timeline.forgetBefore(take);
    this.densities.clear();
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
    this.lateness.objects.painted(paintedUs, this.objects.old(paintedUs, FRESH_US));
    this.lateness.heat.painted(paintedUs, this.heat.old(paintedUs, HEAT_FRESH_US));
  }

  private late(): AnalyticsView['late'] {
    const [objects, heat] = [this.lateness.objects.told, this.lateness.heat.told];
    return {
      ...(objects === undefined ? {} : { boxes: objects, labels: objects, trails: objects }),
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
      sent: this.sent,
      objects: this.objects.at(paintedUs),
      heat: this.heat.at(paintedUs),
      lines: this.service.drawable.lines,
      zones: this.service.drawable.zones,
      lineCounts: this.figures.lineCounts,
      zoneCounts: this.figures.zoneCounts,
      crossedUs: this.crossedUs,
      loiteredUs: this.loiteredUs,
    };
  }
}
