// Package journal holds the words of the till's durable memory: what the engine writes in one transaction
// ([Change]) and what a start reads ([Saved]). The engine (app/sale) and the SQLite file (app/store) both
// speak them; neither imports the other, which is why they stand here.
package journal
