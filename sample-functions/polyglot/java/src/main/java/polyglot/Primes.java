package polyglot;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;

/** How many primes lie below a number: the same question to every language. */
public class Primes implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    @Override
    public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
        int below = below(event.get("queryStringParameters"));
        long began = System.nanoTime();
        int count = primes(below);
        double ms = (System.nanoTime() - began) / 10_000 / 100.0;
        return Map.of("language", "Java " + System.getProperty("java.version"), "count", count, "ms", ms);
    }

    private static int below(Object query) {
        Object below = query instanceof Map<?, ?> parameters ? parameters.get("below") : null;
        try {
            return Math.max(0, Math.min(Integer.parseInt(String.valueOf(below)), 2_000_000));
        } catch (NumberFormatException notANumber) {
            return 200_000;
        }
    }

    private static int primes(int below) {
        boolean[] composite = new boolean[below];
        int count = 0;
        for (int number = 2; number < below; number++) {
            if (composite[number]) {
                continue;
            }
            count++;
            for (long multiple = (long) number * number; multiple < below; multiple += number) {
                composite[(int) multiple] = true;
            }
        }
        return count;
    }
}
