package function

import (
	"encoding/json"
	"net/http"

	"function/acts"
)

func Handle(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	said, err := acts.Act(acts.Event{Do: query.Get("do"), Name: query.Get("name"), At: query.Get("at")})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(said)
}
