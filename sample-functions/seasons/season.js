// OpenWhisk's contract: nothing is exported, `main` is found by its name, and what it returns is the result.
const NORTH = ['winter', 'spring', 'summer', 'autumn'];

function main({ month, hemisphere }) {
  const number = Number(month);
  if (!(number >= 1 && number <= 12)) return { error: { statusCode: 400, body: 'month goes from 1 to 12' } };
  const quarter = Math.floor((number % 12) / 3);
  return { body: { season: NORTH[hemisphere === 'south' ? (quarter + 2) % 4 : quarter] } };
}
