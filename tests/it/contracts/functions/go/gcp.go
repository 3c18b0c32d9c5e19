// Package garden is an HTTP function of Google's.
package garden

import (
	"encoding/json"
	"net/http"

	"github.com/GoogleCloudPlatform/functions-framework-go/functions"

	"example.com/garden/acts"
)

func init() {
	functions.HTTP("garden", garden)
}

func garden(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	said, err := acts.Act(acts.Event{Do: query.Get("do"), Name: query.Get("name"), At: query.Get("at")})
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(said)
}
