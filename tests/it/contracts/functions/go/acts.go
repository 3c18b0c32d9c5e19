// Package acts is what every function of the table does, by its event's Do. Others hand it each contract's events.
package acts

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
)

const version = "one"

var (
	instance = random()
	calls    atomic.Int64
)

type Event struct {
	Do   string `json:"do"`
	Name string `json:"name"`
	At   string `json:"at"`
}

type Said struct {
	Hello    string            `json:"hello"`
	Version  string            `json:"version"`
	Instance string            `json:"instance"`
	Calls    int64             `json:"calls"`
	Env      map[string]string `json:"env,omitempty"`
}

func Act(event Event) (Said, error) {
	said := Said{Hello: event.Name, Version: version, Instance: instance, Calls: calls.Add(1)}
	switch event.Do {
	case "error":
		return said, errors.New("bad seed")
	case "exit":
		os.Exit(3)
	case "sleep":
		time.Sleep(time.Minute)
	case "log":
		fmt.Println("a line of", event.Name)
	case "env":
		said.Env = map[string]string{}
		for _, pair := range os.Environ() {
			name, value, _ := strings.Cut(pair, "=")
			said.Env[name] = value
		}
	case "meet":
		return said, meet(event.At)
	}
	return said, nil
}

// meet returns when two calls are here, whichever processes they are in.
func meet(folder string) error {
	if err := os.WriteFile(filepath.Join(folder, random()), nil, 0o600); err != nil {
		return err
	}
	for {
		here, err := os.ReadDir(folder)
		if err != nil || len(here) > 1 {
			return err
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func random() string {
	bytes := make([]byte, 16)
	_, _ = rand.Read(bytes)
	return hex.EncodeToString(bytes)
}
