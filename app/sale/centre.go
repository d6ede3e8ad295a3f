package sale

import (
	"context"
	"slices"
	"time"

	"kassa/app/marking"
)

// centreCall is one question to the centre, by its paths in their order: the next one is asked when the one
// before gave no answer to use, or is silent for half of the budget. It belongs to one goroutine at a time.
type centreCall struct {
	j       *Judge
	ctx     context.Context // outlives the budget: a late answer is worth knowing
	leave   context.CancelFunc
	q       marking.Query
	paths   []*breaker  // not asked yet
	asked   []askedPath // without an answer so far
	next    <-chan time.Time
	over    bool // the budget has run out: what comes now is late for the breakers too
	answers chan pathAnswer

	told   bool // answer is the centre's word; nothing better can come
	answer marking.OnlineAnswer
}

type askedPath struct {
	path   *breaker
	at     time.Time
	silent bool                 // for half of the budget: another one was asked beside it
	asked  marking.OnlineAnswer // the question, for the evidence of one without an answer
}

type pathAnswer struct {
	path   *breaker
	answer marking.OnlineAnswer
}

// askCentre starts a question. patience bounds it together with ctx.
func (j *Judge) askCentre(ctx context.Context, q marking.Query, phase marking.EmergencyPhase, patience time.Duration) *centreCall {
	c := &centreCall{j: j, q: q, answers: make(chan pathAnswer, len(j.paths))}
	c.ctx, c.leave = context.WithTimeout(ctx, patience)
	c.answer = marking.OnlineAnswer{Fault: marking.FaultTimeout} // nobody has answered yet
	if phase == marking.EmergencyOn {
		// Nobody is asked while goods are sold without checks; the probes watch for its end.
		c.told, c.answer = true, marking.OnlineAnswer{Fault: marking.FaultBreaker, Detail: "not asked: emergency"}
		return c
	}
	if len(j.paths) == 0 {
		c.told, c.answer = true, marking.OnlineAnswer{Fault: marking.FaultNotBound}
		return c
	}
	for _, p := range j.paths {
		if !p.open(j.set.Now(), j.background, j.set.Now) {
			c.paths = append(c.paths, p)
		}
	}
	if len(c.paths) == 0 {
		c.told, c.answer = true, marking.OnlineAnswer{Fault: marking.FaultBreaker}
		return c
	}
	c.askNext()
	return c
}

// background runs work that Close ends.
func (j *Judge) background(work func(context.Context)) { j.work.Go(func() { work(j.ctx) }) }

// overtake asks the next path because those before are silent.
func (c *centreCall) overtake() {
	for i := range c.asked {
		c.asked[i].silent = true
	}
	c.askNext()
}

// askNext asks the next path, if there is one.
func (c *centreCall) askNext() {
	c.next = nil
	if len(c.paths) == 0 {
		return
	}
	p := c.paths[0]
	c.paths = c.paths[1:]
	asked := askedPath{path: p, at: c.j.set.Now()}
	if d, ok := p.online.(Describer); ok {
		asked.asked = d.Asked(c.q)
	}
	c.asked = append(c.asked, asked)
	c.j.work.Go(func() {
		end := context.AfterFunc(c.j.ctx, c.leave)
		defer end()
		c.answers <- pathAnswer{p, p.online.Check(c.ctx, c.q)}
	})
	if len(c.paths) > 0 {
		c.next = time.After(c.j.set.Budget / 2)
	}
}

// take takes in what a path said: the first answer that can be used is the centre's word. Without one it
// is the last fault, with the others in its detail.
func (c *centreCall) take(a pathAnswer) {
	c.asked = slices.DeleteFunc(c.asked, func(p askedPath) bool { return p.path == a.path })
	if !c.over {
		a.path.note(a.answer.Fault, c.j.set.Now())
	}
	usable := a.answer.Answered() && !a.answer.Offline || a.answer.Emergency
	if !usable && c.answer.Answered() { // a module's answer is better than none
		a.answer = c.answer
	} else if !usable && !a.answer.Answered() && c.answer.Path != "" {
		a.answer.Detail = string(c.answer.Path) + ": " + c.answer.Detail + "; " + string(a.answer.Path) + ": " + a.answer.Detail
	}
	c.answer = a.answer
	if !usable && len(c.paths) > 0 {
		c.askNext()
		return
	}
	c.told = usable || len(c.asked) == 0
	if usable {
		c.next = nil
		c.missed() // those that were silent while another one had to be asked
	}
}

// word is what the centre has said, or the question that it has not answered: for want of time when over, else
// because nobody waited.
func (c *centreCall) word(over bool) marking.OnlineAnswer {
	if c.told || c.answer.Answered() || len(c.asked) == 0 {
		return c.answer
	}
	first := c.asked[0]
	a := first.asked
	a.Fault, a.Detail, a.Latency = marking.FaultNotNeeded, noAnswerYet, max(0, c.j.set.Now().Sub(first.at))
	if over {
		a.Fault = marking.FaultTimeout
	}
	if c.answer.Path != "" {
		a.Detail = string(c.answer.Path) + ": " + c.answer.Detail + "; " + string(a.Path) + ": " + a.Detail
	}
	return a
}

// missed notes the paths that have not answered within the budget, but not one that was asked near its end.
func (c *centreCall) missed() {
	if c.over {
		return
	}
	c.over = true
	now := c.j.set.Now()
	for _, p := range c.asked {
		if p.silent || now.Sub(p.at) > c.j.set.Budget*6/10 { // not one that had the second half only
			p.path.note(marking.FaultTimeout, now)
		}
	}
}
