// TypeScript without a build of your own: types, an enum and an interface, transpiled on save.
enum Country {
  Germany = 'DE',
  Spain = 'ES',
  Ireland = 'IE',
}

interface Item {
  name: string;
  cents: number;
  count?: number;
}

interface Order {
  country?: Country;
  items?: Item[];
}

const vat: Record<Country, number> = {
  [Country.Germany]: 19,
  [Country.Spain]: 21,
  [Country.Ireland]: 23,
};

function isCountry(text: unknown): text is Country {
  return Object.values(Country).includes(text as Country);
}

type Event = Order & { body?: string; isBase64Encoded?: boolean };

const orderOf = (event: Event): Order =>
  event.body ? (JSON.parse(event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString() : event.body) as Order) : event;

export const handler = async (event: Event): Promise<object> => {
  const order = orderOf(event);
  const country = order.country ?? Country.Germany;
  if (!isCountry(country)) throw new RangeError(`no VAT rate for ${String(country)}`);
  const net = (order.items ?? []).reduce((sum, { cents, count = 1 }) => sum + cents * count, 0);
  const tax = Math.round((net * vat[country]) / 100);
  return { country, net_cents: net, tax_cents: tax, total_cents: net + tax } satisfies object;
};
