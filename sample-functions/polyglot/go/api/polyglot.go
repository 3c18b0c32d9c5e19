// How many primes lie below a number: the same question to every language. This one is a function of Vercel's, on the
// next port, so the page's browser has to be let in.
package handler

import (
	"encoding/json"
	"net/http"
	"runtime"
	"strconv"
	"time"
)

func Handler(w http.ResponseWriter, r *http.Request) {
	below, err := strconv.Atoi(r.URL.Query().Get("below"))
	if err != nil || below < 0 || below > 2_000_000 {
		below = 200_000
	}
	began := time.Now()
	count := primes(below)
	ms := float64(time.Since(began).Microseconds()/10) / 100
	w.Header().Set("access-control-allow-origin", "*")
	w.Header().Set("content-type", "application/json")
	json.NewEncoder(w).Encode(map[string]interface{}{"language": "Go " + runtime.Version()[2:], "count": count, "ms": ms})
}

func primes(below int) int {
	composite := make([]bool, below)
	count := 0
	for number := 2; number < below; number++ {
		if composite[number] {
			continue
		}
		count++
		for multiple := number * number; multiple < below; multiple += number {
			composite[multiple] = true
		}
	}
	return count
}
