// The analytics that a server offers. In: its hellos, its results, and the answer to one question per hello.
// Out: whether there are analytics, why not, and which layers have nothing to show and why. Nothing about the
// results themselves.
import type { AnalyticsResult } from '../protocol/analytics';
import type { Hello } from '../protocol/protocol';
import { type ModelHealth, type Models, readModels } from '../protocol/status';
import type { Layers } from './layers';

export type Offer =
  /** The server has not said yet. */
  | { kind: 'unknown' }
  | { kind: 'on' }
  /**
   * Off, with what failed or is needed; the reason is undefined where they were switched off, or the server
   * says none.
   */
  | { kind: 'off'; reason: string | undefined };

/** Reasons why layers have nothing to show, for those that have not. */
export type Bars = Readonly<Partial<Record<keyof Layers, string>>>;

/** Asks for the body of `/api/status`, not checked yet; undefined where there was no answer. */
export type AskStatus = () => Promise<unknown>;

export class Service {
  private hello: Hello | undefined;
  private models: Models | undefined;
  private heard = { objects: false, crowd: false };

  constructor(private readonly askStatus: AskStatus) {}

  /**
   * Takes a hello. Returns whether it is of another camera than before, or of a server that has begun anew.
   */
  hearHello(hello: Hello): boolean {
    const { run, camera } = this.hello ?? hello;
    const other = run !== hello.run || camera !== hello.camera;
    this.hello = hello;
    if (other) {
      this.models = undefined;
      this.heard = { objects: false, crowd: false };
    }
    void this.learn(hello);
    return other;
  }

  hearResult({ objects, crowd }: AnalyticsResult): void {
    this.heard = {
      objects: this.heard.objects || objects !== undefined,
      crowd: this.heard.crowd || crowd !== undefined,
    };
  }

  get offer(): Offer {
    if (this.hello === undefined) return { kind: 'unknown' };
    return this.hello.analytics ? { kind: 'on' } : { kind: 'off', reason: this.failures() };
  }

  /**
   * Lines and zones to draw; none where nothing counts, since a line would be no more than a stroke across
   * the picture.
   */
  get drawable(): Pick<Hello, 'lines' | 'zones'> {
    return this.hello?.analytics === true ? this.hello : { lines: [], zones: [] };
  }

  /** Reasons why layers have nothing to show. While no results are `asked` for, none are waited for. */
  bars(asked: boolean): Bars {
    const { hello, models, heard } = this;
    const noBoxes = heard.objects ? undefined : missing('detector', models?.detect, asked);
    const noHeat = heard.crowd ? undefined : missing(CROWD_MODEL, models?.crowd, asked);
    const noLines = hello !== undefined && hello.lines.length + hello.zones.length === 0;
    return {
      ...(noBoxes === undefined ? {} : { boxes: noBoxes, labels: noBoxes, trails: noBoxes }),
      ...(noHeat === undefined ? {} : { heat: noHeat }),
      ...(noLines ? { lines: 'this camera has none' } : {}),
    };
  }

  private async learn(hello: Hello): Promise<void> {
    const body = await this.askStatus();
    if (this.hello === hello) this.models = readModels(body, hello.camera);
  }

  private failures(): string | undefined {
    const { crowd, detect } = this.models ?? {};
    const reasons = [crowd, detect].flatMap((model) => reasonOf(model) ?? []);
    return reasons.length === 0 ? undefined : [...new Set(reasons)].join('; ');
  }
}

/** Reason why a model has failed, or which one is needed; undefined where there is none. */
function reasonOf(model: ModelHealth | undefined): string | undefined {
  return model?.state === 'failed' || model?.state === 'off' ? model.reason : undefined;
}

/** Reason why there is no result of a model; undefined if there may be one. */
function missing(name: string, model: ModelHealth | undefined, asked: boolean): string | undefined {
  const reason = reasonOf(model);
  if (reason !== undefined) return reason;
  if (model?.state === 'off') return `no ${name} runs`;
  return asked ? notYet(name) : undefined;
}

/** What the model of crowds is called. */
export const CROWD_MODEL = 'crowd model';

/** What is said while a model of that name runs and nothing has come of it. */
export function notYet(name: string): string {
  return `no result of the ${name} yet`;
}
