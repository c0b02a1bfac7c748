// What the server's description says of its answers, as types. In: `generated/api.ts`, which is made of
// docs/openapi.json whenever this is built. Out: types alone, by the names of their schemas; what reads an
// answer names its fields and words by them, so that what differs from the description does not compile.
import type { components } from '../../generated/api';

type Schemas = components['schemas'];

/** What the server tells by that name. */
export type Told<Name extends keyof Schemas> = Schemas[Name];

/** Name of a field of what the server tells by that name. */
export type FieldOf<Name extends keyof Schemas> = keyof Schemas[Name] & string;

/** `true` where two types have the same values; nothing can be that where they have not. */
export type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : never) : never;
