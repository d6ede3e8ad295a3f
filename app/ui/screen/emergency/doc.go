// Package emergency is the page by which an emergency of the national system («аварийная ситуация», ПП 515 п. 55–64)
// is declared and ended. A reason and an end are required; neither has a default, because every sale under it
// is made without a check. Whether the person may is the engine's word.
//
//	e := emergency.New(program)
//	e.Enter()
package emergency
