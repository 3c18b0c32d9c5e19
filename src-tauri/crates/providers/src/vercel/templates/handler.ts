// Change the greeting, save, and call it again: the next call runs the new code.
const GREETING = "Hello";

export function GET(request: Request): Response {
  const name = new URL(request.url).searchParams.get("name") ?? "world";
  console.log(`greeting ${name}`);
  return Response.json({ message: `${GREETING}, ${name}!` });
}
