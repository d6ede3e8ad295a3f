// Package config reads and writes till.yaml: one file, defaults in code, unknown keys are errors. Secrets
// do not stand in it: it names files of mode 0600 beside it. What is wrong is an [Error]: what, and what to do.
//
//	c, err := config.Load("shop/till.yaml")
//	c.Path(c.Data)   // names in the file are relative to the file
package config
