// Package texts holds every sentence that a person may read, in Russian, found by its code: refusals
// ([Refusal], [Error], [Stop]), verdicts ([Verdict]), news ([Notice]), the states of a line and of the
// lights, the captions of the screens, and the way money, quantities and times are written.
//
// It knows the words and the engine's snapshots, nothing else: no screen, no file, no clock. Only signs of
// Noto Sans are used (the screens embed that font): no minus sign, no arrows, no check marks.
//
// Words: a [Message] says what happened (Headline) and what to do (Body); a [Tone] is one of the four
// states a person is told by colour, sign and word together. A sentence has gaps {0}, {1} for the arguments
// of its code; a part in [square brackets] is left out when one of its gaps has nothing to fill it.
//
//	m := texts.Error(err)             // err carries till.MarkRepeated with "3"
//	fmt.Println(m.Headline, m.Body)   // Этот код уже есть в чеке Строка 3. …
package texts
