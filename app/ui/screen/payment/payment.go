package payment

import (
	"fyne.io/fyne/v2"

	"kassa/app/money"
	"kassa/app/sale"
	"kassa/app/texts"
	"kassa/app/till"
	"kassa/app/ui/keys"
	"kassa/app/ui/layouts"
	"kassa/app/ui/screen"
	"kassa/app/ui/screen/dialog"
	"kassa/app/ui/screen/receipt"
	"kassa/app/ui/theme"
	"kassa/app/ui/typed"
	"kassa/app/ui/widgets"
)

const (
	wholeDigits = 7 // roubles of a sum being typed
	padWidth    = 264
	// failureWidth is the width of the words that say why a paid receipt was not printed, in u.
	failureWidth = 400
)

// Payment is the screen.
type Payment struct {
	program screen.Program
	drawn   sale.Snapshot
	given   *typed.Number
	card    bool // the card question is open
	busy    bool // money is moving
	sums    []money.Kopecks

	list                     *receipt.List
	word, due, taken         *widgets.Text
	failed                   *dialog.Face
	cash, cardKey            *widgets.Key
	kinds                    *fyne.Container
	likely                   []*widgets.Key
	gave, change, changeWord *widgets.Text
	block                    *widgets.Pad
	back, exact, close, undo *widgets.Key
	cashPart, cardPart       *fyne.Container
	cardSum                  *widgets.Text
	cardDone                 *widgets.Key
	failure                  *fyne.Container
	content                  *fyne.Container
}

// New makes the screen.
func New(p screen.Program) *Payment {
	y := &Payment{program: p, given: typed.NewNumber(wholeDigits, 2)}
	y.list = receipt.New(p.Now, func(int) {}, layouts.Stack())
	y.word = widgets.NewText(theme.LineSum, texts.PayDue).Strong()
	y.due = widgets.NewText(theme.Due, "").Strong().To(fyne.TextAlignTrailing)
	y.due.Shrink = true
	y.taken = widgets.NewText(theme.Body, "").In(theme.Muted).Cut()
	y.failed = dialog.NewFaceOf(failureWidth)
	y.undo = widgets.NewChip("unpay", texts.PayUndo, y.unpay)

	y.cash = widgets.NewKey("cash", texts.PayCash, func() { y.choose(false) })
	y.cash.Hint = keys.Cap(keys.Cash)
	y.cardKey = widgets.NewKey("card", texts.PayCard, func() { y.choose(true) })
	y.cardKey.Hint = keys.Cap(keys.Card)
	y.cash.Role, y.cardKey.Role = theme.LineSum, theme.LineSum

	y.kinds = layouts.Grid(2, 10, y.cash, y.cardKey)

	y.back = widgets.NewKey("back", texts.KeyBack, y.leave)
	y.back.Hint = keys.Cap(keys.Back)
	y.exact = widgets.NewKey("cash-exact", texts.PayExact, y.payExact)
	y.exact.Hint = keys.Cap(keys.Enter)
	y.close = widgets.NewKey("close", texts.PayClose, y.payGiven)
	y.close.Style, y.close.Role, y.close.Height = widgets.Loud, theme.LineSum, 72
	y.back.Bold, y.exact.Bold = false, false

	y.cashPart, y.cardPart = y.cashSide(), y.cardSide()
	y.failure = layouts.Stack(
		widgets.NewBox(theme.Surface, 12).Edged(theme.Hairline, 1),
		layouts.Pad(20, 20, layouts.Column(0, layouts.Fixed(y.failed.Content()), layouts.Space())),
	)
	right := layouts.Pad(12, 8, layouts.Column(8,
		layouts.Fixed(layouts.Row(8, layouts.Fixed(y.word), layouts.Grow(y.due))),
		layouts.Fixed(layouts.Row(8, layouts.Grow(y.taken), layouts.Fixed(y.undo))),
		layouts.Fixed(y.kinds),
		layouts.Grow(layouts.Stack(y.cashPart, y.cardPart, y.failure)),
		layouts.Fixed(layouts.Row(10, layouts.Sized(y.back, 120), layouts.Sized(y.exact, 140), layouts.Grow(y.close), layouts.Grow(y.cardDone))),
	))
	y.content = split(y.list.Content(), right)
	return y
}

// cashSide has the likely sums, what was given with its change, and the digits.
func (y *Payment) cashSide() *fyne.Container {
	likely := []fyne.CanvasObject{}
	for i := range typed.LikelySums(0) {
		k := widgets.NewKey("cash-sum-"+string(rune('1'+i)), "", func() { y.payCash(y.sums[i]) })
		k.Role = theme.LineSum
		y.likely = append(y.likely, k)
		likely = append(likely, k)
	}
	y.gave = widgets.NewText(theme.LineSum, "").Strong().To(fyne.TextAlignTrailing)
	y.change = widgets.NewText(theme.Due, "").Strong().In(theme.OK).To(fyne.TextAlignTrailing)
	y.gave.Shrink, y.change.Shrink, y.change.Low, y.change.Top = true, true, true, true
	y.changeWord = widgets.NewText(theme.Body, texts.ChangeWord).In(theme.Muted).Cut()
	shown := layouts.Stack(
		widgets.NewBox(theme.Surface, 12).Edged(theme.Hairline, 1),
		layouts.Pad(16, 6, layouts.Column(0,
			layouts.Fixed(layouts.Row(8, layouts.Fixed(widgets.NewText(theme.Body, texts.PayGiven).In(theme.Muted)), layouts.Grow(y.gave))),
			layouts.Fixed(y.changeWord),
			layouts.Grow(y.change),
		)),
	)
	y.block = widgets.NewPad(widgets.CommaErase, nil)
	y.block.OnDigit = y.digit
	y.block.OnErase = y.erase
	return layouts.Row(10,
		layouts.Grow(layouts.Column(10, layouts.Fixed(layouts.Grid(2, 10, likely...)), layouts.Grow(shown))),
		layouts.Sized(y.block.Container, padWidth))
}

// cardSide asks for the word of the terminal.
func (y *Payment) cardSide() *fyne.Container {
	y.cardSum = widgets.NewText(theme.Total, "").Strong()
	y.cardSum.Shrink = true
	y.cardDone = widgets.NewKey("card-done", texts.PayCardDone, y.payCard)
	y.cardDone.Style, y.cardDone.Role, y.cardDone.Height = widgets.Loud, theme.LineSum, 72
	return layouts.Stack(
		widgets.NewBox(theme.Surface, 12).Edged(theme.Hairline, 1),
		layouts.Pad(24, 20, layouts.Column(12,
			layouts.Fixed(widgets.NewText(theme.LineSum, texts.PayCardTitle).In(theme.Muted).Strong()),
			layouts.Fixed(y.cardSum),
			layouts.Fixed(widgets.NewText(theme.LineName, texts.PayCardBody).Paragraph(480, 5)),
			layouts.Space(),
		)),
	)
}

// split gives the list its share of the width and the money the rest.
func split(list, right fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: splitLayout{}, Objects: []fyne.CanvasObject{list, right}}
}

type splitLayout struct{}

const listShare = 0.42

// MinSize has both side by side.
func (splitLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	list, right := o[0].MinSize(), o[1].MinSize()
	return fyne.NewSize(list.Width+right.Width, max(list.Height, right.Height))
}

// Layout gives the right side its share or what it needs.
func (splitLayout) Layout(o []fyne.CanvasObject, room fyne.Size) {
	right := max(room.Width*(1-listShare), o[1].MinSize().Width)
	o[0].Resize(fyne.NewSize(room.Width-right, room.Height))
	o[1].Resize(fyne.NewSize(right, room.Height))
	o[0].Move(fyne.Position{})
	o[1].Move(fyne.NewPos(room.Width-right, 0))
}

// Content is the screen as an object.
func (y *Payment) Content() fyne.CanvasObject { return y.content }

// Enter begins a payment: nothing typed, cash chosen or the card question open.
func (y *Payment) Enter(card bool) {
	y.given.Clear()
	y.card = card
	y.draw()
}

// Draw shows a snapshot.
func (y *Payment) Draw(s sale.Snapshot) {
	y.drawn = s
	y.list.Draw(s)
	y.draw()
}

// Busy tells that money is moving: what is scanned now belongs to the next receipt.
func (y *Payment) Busy() bool { return y.busy }

// ScanAllowed tells whether a scan may still add to the receipt: not while the terminal may be charging the card.
func (y *Payment) ScanAllowed() bool { return !y.card }

func (y *Payment) receipt() *till.Receipt {
	if y.drawn.Receipt == nil {
		return &till.Receipt{}
	}
	return y.drawn.Receipt
}

// paid tells that all money is there and only the document is missing.
func (y *Payment) paid() bool { return y.receipt().State == till.Paid }

// parts tells that some money was taken.
func (y *Payment) parts() bool { return len(y.receipt().Payments) > 0 }

func (y *Payment) draw() {
	r := y.receipt()
	due, paid := r.Due(), y.paid()
	y.drawSums(r, due, paid)
	y.drawGiven(due)

	layouts.Show(y.cashPart, !y.card && !paid)
	layouts.Show(y.cardPart, y.card && !paid)
	layouts.Show(y.kinds, !paid)
	layouts.Show(y.exact, !y.card && !paid)
	layouts.Show(y.close, !y.card || paid)
	layouts.Show(y.cardDone, y.card && !paid)
	layouts.Show(y.back, !paid || !y.has(till.Card))
	y.cash.SetStyle(styleOf(!y.card))
	y.cardKey.SetStyle(styleOf(y.card))
	y.back.Label(texts.KeyBack, keys.Cap(keys.Back))
	if paid {
		y.back.Label(texts.PayCancelPaid, "")
	}
	y.money()
	layouts.Arrange(y.content)
}

func styleOf(chosen bool) widgets.Style {
	if chosen {
		return widgets.Chosen
	}
	return widgets.Normal
}

func (y *Payment) has(kind till.PaymentKind) bool { return y.receipt().Given(kind) > 0 }

// drawSums shows what is due and what was taken.
func (y *Payment) drawSums(r *till.Receipt, due money.Kopecks, paid bool) {
	word, sum := texts.PayDue, due
	switch {
	case paid:
		word, sum = texts.PayPaid, r.Total()
	case y.parts():
		word = texts.PayRest
	}
	y.word.Set(word)
	y.due.Set(texts.Money(sum))
	taken := ""
	if cash := r.Given(till.Cash); cash > 0 {
		taken = texts.PayTakenCash + texts.Money(cash)
	}
	if card := r.Given(till.Card); card > 0 {
		if taken != "" {
			taken += ", "
		}
		taken += texts.PayTakenCard + texts.Money(card)
	}
	if change := r.Change(); change > 0 {
		taken += texts.PayTakenChange + texts.Money(change)
	}
	y.taken.Set(texts.PayTaken + taken)
	layouts.Show(y.taken, y.parts())
	layouts.Show(y.undo, y.parts() && !paid)
	layouts.Show(y.failure, paid && r.Failure != "")
	if r.Failure != "" {
		m := texts.Refusal(r.Failure)
		y.failed.Set(m, texts.PayRefusedTitle)
	}
	y.sums = typed.LikelySums(due)
	for i, k := range y.likely {
		k.Label(texts.Banknote(y.sums[i]), "")
	}
}

// drawGiven shows what is being typed and its change.
func (y *Payment) drawGiven(due money.Kopecks) {
	given, ok := y.given.Kopecks()
	shown := due
	if ok {
		shown = given
	}
	y.gave.SetIn(texts.Money(shown), theme.Ink)
	if !ok {
		y.gave.SetIn(texts.Money(0), theme.Muted)
	}
	word, sum, token := texts.ChangeWord, max(0, shown-due), theme.OK
	if ok && given < due {
		word, sum, token = texts.PayRest, due-given, theme.Attention
	}
	y.changeWord.Set(word)
	y.change.SetIn(texts.Money(sum), token)
	y.cardSum.Set(texts.Money(y.cardPartSum()))
	caption := texts.PayClose
	switch {
	case y.paid():
		caption = texts.KeyRepeat
	case ok && given < due && given > 0:
		caption = texts.PayPart
	}
	y.close.Label(caption, "")
}

// cardPartSum is what the card pays: all that is due, or the smaller sum that was typed.
func (y *Payment) cardPartSum() money.Kopecks {
	due := y.receipt().Due()
	if given, ok := y.given.Kopecks(); ok && given > 0 && given < due {
		return given
	}
	return due
}

// money switches the money keys off while money is moving.
func (y *Payment) money() {
	given, typed := y.given.Kopecks()
	for _, k := range append([]*widgets.Key{y.exact, y.cardDone, y.undo, y.back}, y.likely...) {
		k.SetDead(y.busy)
	}
	y.close.SetDead(y.busy || !y.paid() && !(typed && given > 0))
}

func (y *Payment) choose(card bool) {
	if y.busy {
		return
	}
	y.card = card
	y.draw()
}

func (y *Payment) digit(r rune) {
	y.given.Add(r)
	y.draw()
}

func (y *Payment) erase() {
	y.given.Erase()
	y.draw()
}

// Press is a key of the keyboard: digits are the sum given, Enter takes it, or the exact sum when none was typed.
func (y *Payment) Press(p keys.Press) {
	switch {
	case y.busy:
	case p.Action == keys.Back:
		if y.card && !y.paid() {
			y.choose(false)
		} else if !y.paid() {
			y.leave()
		}
	case y.paid():
		if p.Action == keys.Enter {
			y.payGiven()
		}
	case p.Action == keys.Card:
		y.choose(true)
	case p.Action == keys.Cash:
		y.choose(false)
	case y.card:
		if p.Action == keys.Enter {
			y.payCard()
		}
	case p.IsDigit():
		y.digit(p.Rune)
	case p.IsComma():
		y.digit(',')
	case p.Action == keys.Erase:
		y.erase()
	case p.Action == keys.Enter, p.Action == keys.Pay:
		if y.given.Empty() {
			y.payExact()
		} else {
			y.payGiven()
		}
	}
}

func (y *Payment) payExact() { y.payCash(y.receipt().Due()) }

// payGiven takes the typed sum, or, when all is paid, asks for the document again.
func (y *Payment) payGiven() {
	if y.paid() {
		y.run(sale.Close{})
		return
	}
	if given, ok := y.given.Kopecks(); ok && given > 0 {
		y.payCash(given)
	}
}

func (y *Payment) payCash(sum money.Kopecks) { y.pay(till.Cash, sum) }

func (y *Payment) payCard() { y.pay(till.Card, y.cardPartSum()) }

// pay records a part; when it was the last one, the document follows.
func (y *Payment) pay(kind till.PaymentKind, sum money.Kopecks) {
	if sum <= 0 {
		return
	}
	commands := []sale.Command{sale.Pay{Kind: kind, Sum: sum}}
	if sum >= y.receipt().Due() {
		commands = append(commands, sale.Close{})
	}
	y.run(commands...)
}

func (y *Payment) unpay() { y.run(sale.Unpay{}) }

// leave goes back to the lines; a receipt that is paid but not printed can only be cancelled.
func (y *Payment) leave() {
	switch {
	case y.busy:
	case y.paid():
		y.program.Open(screen.Cancel)
	case y.parts():
		y.unpay()
	default:
		y.program.Open(screen.Own)
	}
}

func (y *Payment) run(commands ...sale.Command) {
	if y.busy {
		return
	}
	y.busy = true
	y.money()
	y.program.Run(func(error) {
		y.busy = false
		y.given.Clear()
		y.card = false
		y.draw()
	}, commands...)
}
