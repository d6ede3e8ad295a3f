package marking_test

import (
	"strings"
	"time"

	"kassa/app/marking"
)

// Codes of marking-codes §2.1: composed, with right check digits.
const (
	milk       = "0104612345678903215abCd;\x1d93aB7z"
	milkWeight = "0104612345678903215abCd;\x1d93aB7z\x1d3103001250"
	beer       = "0104612345678903215aB1?x7\x1d93Kd4x"
	keg        = "0104612345678903215aB1?x7\x1d93Kd4x\x1d3350000030"
	water      = "0104612345678903215abCdEfGhIjKl\x1d93Kd4x"
	clothes    = "0104612345678903215abCdEfGhIjKl\x1d91EE11\x1d92S0FTU0EgREVNTyBDSEVDSyBDT0RFIDAwMDAwMcacVtk="
	shoes      = "0104612345678903215abCdEfGhIjKl\x1d91EE11\x1d92AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/QA=="
	pack       = "04612345678903aB1?x<7ADc8Kd4x"
	block      = "010461234567890321aB1?x<7\x1d8005215000\x1d93Kd4x"
	transport  = "01146123456789002112345AB\x1d100A17"
	sscc       = "00460123456789000014"
	fur        = "RU-430302-ABC0000017"
	excise68   = "22N00000XRLHZFX9VUVGMX1TF3A7NUFOY6F0DQHBOA48S8800DDAAIKCYDBCOJ1NQA9G"
)

// excise150 is a mark of ЕГАИС-3.0, composed: type, series, number, service digits, signature (marking-codes §3).
var excise150 = "10180000000001ABCDEFGHIJ" + strings.Repeat("0123456789ABCDEFGH", 7)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.FixedZone("MSK+2", 5*3600))

func yes() *bool { v := true; return &v }
func no() *bool  { v := false; return &v }

func goodOnline() marking.OnlineAnswer {
	return marking.OnlineAnswer{
		ReqID: "9b7e0c52-0000-4000-8000-000000000001", ReqTimestamp: 1795300002000,
		Found: yes(), Valid: yes(), Verified: yes(), Realizable: yes(), Utilised: yes(),
		Blocked: no(), Owner: yes(), Tracking: no(), Sold: no(), GreyZone: no(),
	}
}

func goodModule() marking.ModuleAnswer {
	return marking.ModuleAnswer{
		ReqID: "9b7e0c52-0000-4000-8000-000000000001", ReqTimestamp: 1795300002000,
		Inst: "0f1e2d3c-4b5a-4678-9abc-def012345678", Version: "a1b2c3d4-0000-4111-8222-333344445555",
		DataAt: time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC),
	}
}
