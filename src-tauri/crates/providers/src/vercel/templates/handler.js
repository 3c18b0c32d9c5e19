// Change the greeting, save, and call it again: the next call runs the new code.
const GREETING = "Hello";

export default function handler(req, res) {
  const name = req.query.name ?? "world";
  console.log(`greeting ${name}`);
  res.json({ message: `${GREETING}, ${name}!` });
}
