package keys

// Action is what a key asks for.
type Action uint8

const (
	None      Action = 0
	Search    Action = 1
	Quantity  Action = 2
	Discount  Action = 3
	Suspend   Action = 4
	Suspended Action = 5
	Remove    Action = 6
	Pay       Action = 7
	Cash      Action = 8
	Card      Action = 9
	Enter     Action = 10
	Back      Action = 11
	Erase     Action = 12
	PageUp    Action = 13
	PageDown  Action = 14
	Up        Action = 15
	Down      Action = 16
)

// Press is one key that is not part of a scan. A character that also has an action (Num+) has both: a
// screen where text is being typed takes the character, any other the action.
type Press struct {
	Rune   rune
	Action Action
}

// named are the keys that write nothing.
var named = map[string]Action{
	"F1": Search, "F2": Quantity, "F3": Discount, "F5": Suspend, "F6": Suspended, "F8": Remove, "F9": Pay,
	"Return": Enter, "KP_Enter": Enter, "Escape": Back, "BackSpace": Erase, "Delete": Erase,
	"Prior": PageUp, "Next": PageDown, "Up": Up, "Down": Down,
}

// typed are the characters of the numeric block that are keys as well.
var typed = map[rune]Action{'+': Pay, '/': Cash, '*': Card}

// caps are the words on the caps of the keys, as they are shown on ours.
var caps = map[Action]string{
	Search: "F1", Quantity: "F2", Discount: "F3", Suspend: "F5", Suspended: "F6", Remove: "F8", Pay: "F9",
	Cash: "Num /", Card: "Num *", Enter: "Enter", Back: "Esc",
}

// Named is the press of a key by its name; its action is None for a key that means nothing here.
func Named(name string) Press { return Press{Action: named[name]} }

// Typed is the press of a character key.
func Typed(r rune) Press { return Press{Rune: r, Action: typed[r]} }

// Cap is the word on the cap of the key of an action, empty when there is none.
func Cap(a Action) string { return caps[a] }

// IsDigit tells whether a press is one of 0 to 9.
func (p Press) IsDigit() bool { return p.Rune >= '0' && p.Rune <= '9' }

// IsComma tells whether a press writes a decimal comma; the point of the numeric block is one.
func (p Press) IsComma() bool { return p.Rune == ',' || p.Rune == '.' }
