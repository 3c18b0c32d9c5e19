package main

import (
	"example.com/polyglot/acts"
	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(acts.Act)
}
