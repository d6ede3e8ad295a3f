package client

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"kassa/app/marking"
	"kassa/app/money"
	"kassa/localmodule/api"

	"github.com/google/uuid"
)

// Check asks about one code. It answers within ctx and the timeout; whatever fails is a Fault in the answer.
func (c *Client) Check(ctx context.Context, q marking.Query) marking.ModuleAnswer {
	began := c.set.Now()
	c.know(q.Drive)
	answer, err := c.check(ctx, q)
	answer.Latency = c.set.Now().Sub(began)
	if err != nil {
		c.lookAgain()
		answer.Fault, answer.Detail = faultOf(err), err.Error()
		if ki := q.Code.KI(); ki != "" {
			// A module may quote the code in what it says.
			answer.Detail = strings.ReplaceAll(answer.Detail, ki, q.Code.Masked())
		}
		c.log.Warn("no answer", "code", q.Code.Masked(), "api", answer.API, "fault", answer.Fault.String(), "latency", answer.Latency, "error", answer.Detail)
	}
	return answer
}

// check asks in the known form. A module that does not have it was replaced, or not met before: the next form
// is asked at once, but no more, as a scan has no time for another.
func (c *Client) check(ctx context.Context, q marking.Query) (marking.ModuleAnswer, error) {
	if q.Code.KI() == "" {
		return marking.ModuleAnswer{}, fault(marking.FaultBadRequest, "there is no code to ask about")
	}
	f := c.knownForm()
	answer, err := c.checkIn(ctx, f, q)
	if !notThere(err) {
		return answer, err
	}
	f = f.next()
	c.use(f)
	answer, err = c.checkIn(ctx, f, q)
	if notThere(err) {
		c.use(f.next()) // for the next scan
	}
	return answer, err
}

// checkIn asks in one form. What went over the wire is kept, whatever becomes of it.
func (c *Client) checkIn(ctx context.Context, f form, q marking.Query) (marking.ModuleAnswer, error) {
	ki := q.Code.KI()
	question, err := f.question(ki, q.Group)
	if err != nil {
		return marking.ModuleAnswer{}, err
	}
	var v2 api.OutCheckAnswer
	var v1 api.OutCheckAnswerV1
	var into any = &v2
	if f != formV2 {
		into = &v1
	}
	got, err := c.ask(ctx, question, into)
	var answer marking.ModuleAnswer
	switch {
	case err != nil:
	case f == formV2:
		answer, err = readV2(v2, ki)
	default:
		answer, err = readV1(v1, ki)
	}
	answer.API, answer.Got = f.String(), exchange(got)
	answer.Sent = exchange(question.body)
	if question.body == nil {
		answer.Sent = exchange([]byte(question.path))
	}
	return answer, err
}

func readV2(answer api.OutCheckAnswer, ki string) (marking.ModuleAnswer, error) {
	if len(answer.Results) != 1 {
		return marking.ModuleAnswer{}, fault(marking.FaultGarbage, "%d results for one code", len(answer.Results))
	}
	return read(answer.Results[0], ki)
}

// readV1 puts an answer of version 1 into the form of version 2.
func readV1(answer api.OutCheckAnswerV1, ki string) (marking.ModuleAnswer, error) {
	r := api.Result{
		Code: answer.Code, Description: answer.Description, ReqID: answer.ReqID, ReqTimestamp: answer.ReqTimestamp,
		Inst: answer.Inst, Version: cmp.Or(answer.Version, answer.Ver),
	}
	for _, code := range answer.Codes {
		if code.IsBlocked == nil {
			return marking.ModuleAnswer{}, fault(marking.FaultGarbage, "no member isBlocked")
		}
		r.Codes = append(r.Codes, api.CodeFacts{
			CIS: code.CIS, GTIN: code.GTIN, IsBlocked: *code.IsBlocked, IsGreyGTIN: code.IsGreyGTIN, Sold: code.Sold,
			MRP: code.MRP, SMP: code.SMP,
		})
	}
	return read(r, ki)
}

// read takes the facts of one code out of an answer. What will stand in the receipt (tag 1265) must be
// what it should be, or the answer is of no use.
func read(r api.Result, ki string) (marking.ModuleAnswer, error) {
	if r.Code != 0 {
		return marking.ModuleAnswer{}, faultOfCode(r.Code, r.Description)
	}
	for name, id := range map[string]string{"reqId": r.ReqID, "inst": r.Inst, "version": r.Version} {
		if len(id) != 36 || uuid.Validate(id) != nil {
			return marking.ModuleAnswer{}, fault(marking.FaultGarbage, "%s is no UUID", name)
		}
	}
	if r.ReqTimestamp <= 0 || r.DataTimestamp < 0 {
		return marking.ModuleAnswer{}, fault(marking.FaultGarbage, "times %d and %d", r.ReqTimestamp, r.DataTimestamp)
	}
	if len(r.Codes) != 1 || r.Codes[0].CIS != ki {
		return marking.ModuleAnswer{}, fault(marking.FaultGarbage, "the answer is about another code")
	}
	code := r.Codes[0]
	mrp, err1 := price(code.MRP)
	smp, err2 := price(code.SMP)
	if err := errors.Join(err1, err2); err != nil {
		return marking.ModuleAnswer{}, err
	}
	a := marking.ModuleAnswer{ReqID: r.ReqID, ReqTimestamp: r.ReqTimestamp, Inst: r.Inst, Version: r.Version,
		Blocked: code.IsBlocked, GreyGTIN: code.IsGreyGTIN, Sold: code.Sold, MRP: mrp, SMP: smp}
	if r.DataTimestamp > 0 {
		a.DataAt = time.UnixMilli(r.DataTimestamp).UTC()
	}
	return a, nil
}

func price(p *api.Price) (*money.Kopecks, error) {
	if p == nil || !p.Known {
		return nil, nil
	}
	if p.Kopecks < 0 {
		return nil, fault(marking.FaultGarbage, "price of %d kopecks", p.Kopecks)
	}
	k := p.Kopecks
	return &k, nil
}

// exchange is what is kept of a question or an answer as evidence.
func exchange(b []byte) string {
	if len(b) > marking.MaxExchange {
		b = b[:marking.MaxExchange]
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}
