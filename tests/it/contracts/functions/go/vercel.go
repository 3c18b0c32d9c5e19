package handler

import (
	"encoding/json"
	"net/http"

	"example.com/polyglot/acts"
)

func Handler(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	said, err := acts.Act(acts.Event{Do: query.Get("do"), Name: query.Get("name"), At: query.Get("at")})
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(said)
}
