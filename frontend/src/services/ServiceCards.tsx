// The services that tell what cameras see, one below the other. In: how each fares, and what is said where
// there are none. Out: a list with the state of each and a button that tries it.
import type { ListedService } from '../protocol/status';
import { ServiceEntry } from './Services';

interface Props {
  /** Undefined while nothing is known. */
  services: readonly ListedService[] | undefined;
  /** Why nothing is known; undefined where nobody has said yet. */
  why: string | undefined;
  none: string;
}

export function ServiceCards({ services, why, none }: Props) {
  return (
    <section className="service-cards" aria-label="Services" data-testid="service-cards">
      <h3>Services</h3>
      {services === undefined && <p className="rule-none">{why ?? 'Loading'}</p>}
      {services?.length === 0 && <p className="rule-none">{none}</p>}
      <ul>
        {services?.map((service) => (
          <ServiceEntry key={service.name} service={service} />
        ))}
      </ul>
    </section>
  );
}
