module example.org/sample

go 1.20

require (
	golang.org/x/net v0.16.0
	golang.org/x/text v0.13.0 // indirect
)
