// From serverless.yml: the address of a title, and imported by its neighbour.
export const slug = (title) =>
  String(title)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

export const handler = async (event) => {
  const title = event.pathParameters?.title ?? event.title ?? 'An Untitled Note';
  return { title, slug: slug(title) };
};
