package marking

// Decide turns the answers and the policy into a verdict. Pure: same arguments, same verdict.
func Decide(q Query, online OnlineAnswer, module ModuleAnswer, policy Policy) Verdict {
	panic("being written")
}
