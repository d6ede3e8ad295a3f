package marking

// identifierTable is the list of GS1 application identifiers (AI), one group a line: identifiers or ranges of
// them, the value, its rules. «310*-316*» stands for four-digit identifiers whose last digit, 0 to 5, counts
// decimals.
//
//	!        the value has a pre-defined length: no GS is needed after it
//	N X Y Z  a part of digits, set 82, set 39, set 64 (base64url); 6 = exactly, ..20 = up to, [ ] = may be absent
//	:check   what the part must be besides, a name in valueChecks
//	req=     one of these must be there too; a+b: both; n: any digit
//	ex=      none of these may be there
//	one      at most one of the identifiers with the same first three digits
//	key      begins a GS1 Digital Link; its qualifiers in their order, «|» between alternatives
//	path     may not stand in the query of a Digital Link
//
// Source: GS1 Syntax Dictionary, release of 2026-07 (marking-codes §8). 04, 14, 18 and 19 are reserved there
// with their lengths. Not kept: where the company prefix stands, codes of media and package types, the inside
// of coupons.
const identifierTable = `
00        ! N18:check                      key
01        ! N14:check                      ex=255,37 key=22,10,21|235
02        ! N14:check                      ex=01,03 req=37
03        ! N14:check                      ex=01,02,37,235 path
04        ! N16
10          X..20                          req=01,02,03,8006,8026
11 13 15 16 ! N6:day0                      req=01,02,03,8006,8026
12        ! N6:day0                        req=8020
14 18 19  ! N6
17        ! N6:day0                        req=01,02,03,255,8006,8026
20        ! N2                             req=01,02,03,8006,8026
21          X..20                          req=01,03,8006 ex=235 path
22          X..20                          req=01 path
235         X..28                          req=01 path
240 241     X..30                          req=01,02,03,8006,8026
242         N..6                           req=01,02,8006,8026
243         X..20                          req=01,03
250         X..30                          req=01+21,03+21,8006+21
251         X..30                          req=01,03,8006
253         N13:check [X..17]              key
254         X..20                          req=414 path
255         N13:check [N..12]              key ex=01,02,415,8006,8020,8026
30          N..8                           req=01,02
310*-316* 320*-329* 350*-352* 356*-357* 360*-361* 364*-366* ! N6   req=01,02 one
330*-336* 340*-349* 353*-355* 362*-363* 367*-369*           ! N6   req=00,01 one
337*      ! N6                             req=01 one
37          N..8                           req=00+02,00+8026
3900-3909   N..15                          req=255,8020 one ex=391n,394n,8111
3910-3919   N3:currency N..15              req=8020 one
3920-3929   N..15                          req=01+30,01+31nn,01+32nn,01+35nn,01+36nn one ex=393n
3930-3939   N3:currency N..15              req=30,31nn,32nn,35nn,36nn one
3940-3943   N4                             req=255 one ex=8111
395*        N6                             req=30,31nn,32nn,35nn,36nn one ex=392n,393n,8005
400         X..30
401         X..30                          key
402         N17:check                      key
403         X..30                          req=00
410-413 416 ! N13:check
414       ! N13:check                      key=254|7040
415       ! N13:check                      req=8020 key=8020
417       ! N13:check                      key=7040
420         X..20                          ex=421
421         N3:country X..9                ex=4307
422         N3:country                     req=01,02,03,8006,8026 ex=426
423 425     N3:country [N3:country] [N3:country] [N3:country] [N3:country]   req=01,02,03 ex=426
424         N3:country                     req=01,02,03 ex=426
426         N3:country                     req=01,02,03
427         X..3                           req=01+422,02+422,03+422
4300 4301 4310 4311 4320                   X..35:percent req=00
4302 4304-4306 4312 4314-4316              X..70:percent req=00
4303        X..70:percent                  req=4302
4307 4317   X2:country2                    req=00
4308 4319   X..30                          req=00
4309        N10:latitude N10:longitude     req=00
4313        X..70:percent                  req=4312
4318        X..20                          req=00
4321-4323   N1:yesno                       req=00
4324 4325   N6:day0 N4                     req=00
4326        N6:day                         req=00
4330        N6 [X1:minus]                  req=00 ex=4331
4331        N6 [X1:minus]                  req=00 ex=4330
4332        N6 [X1:minus]                  req=00 ex=4333
4333        N6 [X1:minus]                  req=00 ex=4332
7001        N13                            req=01,02,8006,8026
7002        X..30                          req=01,02
7003        N6:day N4:time                 req=01,02,03
7004        N..4                           req=01+10,03+10
7005        X..12                          req=01,02
7006        N6:day                         req=01,02
7007        N6:day [N6:day]                req=01,02
7008        X..3                           req=01,02
7009        X..10                          req=01,02
7010        X..2                           req=01,02,03
7011        N6:day [N4:time]               req=01,02,03
7020        X..20                          req=01+416,03+416,8006+416
7021        X..20                          req=01,03,8006
7022        X..20                          req=01+7021,03+7021,8006+7021
7023        X..30
7030-7039   N3:country999 X..27            req=01,02
7040        N1 X1 X1 X1:importer path
7041        X..4                           req=00 path
710-717     X..20                          req=01
7230-7239   X2 X..28                       req=01,8004
7240        X..20                          req=01,8006 ex=03
7241        N2                             req=8017,8018
7242        X..25                          req=8017,8018
7250        N8:birthday                    req=8018 ex=7251
7251        N8:birthday N4:time            req=8018 ex=7250
7252        N1:sex                         req=8018
7253 7254   X..40:percent                  req=8017,8018 ex=7256,7259
7255        X..10                          req=8017,8018 ex=7256,7259
7256        X..90:percent                  req=8017,8018
7257        X..70:percent                  req=8018
7258        X3:order                       req=8018+7259
7259        X..40:percent                  req=8018 ex=7256
8001        N4:nonzero N5:nonzero N3:nonzero N1:winding N1   req=01
8002        X..20
8003        N1:zero N13:check [X..16]      key
8004        X..30                          key=7040
8005        N6                             req=01,02
8006        N14:check N4:piece             ex=01,03,37 key=22,10,21
8007        X..34:iban                     req=415
8008        N6:day N2:hour [N2:minute] [N2:minute]   req=01,02,03
8009        X..50                          req=00,01,03
8010        Y..30                          key=8011
8011        N..12:number                   req=8010 path
8012        X..20                          req=01,03,8006
8013        X..25:pair                     key
8014        X..25:pair                     req=01 path
8017        N18:check                      ex=8018 key=8019
8018        N18:check                      ex=8017 key=8019
8019        N..10                          req=8017,8018 path
8020        X..25                          req=415 path
8026        N14:check N4:piece             req=37 ex=02,03,8006
8030        Z..90                          req=00,01+21,03+21,253,255,8003,8004,8006+21,8010+8011,8017,8018
8040        N15                            req=01+21 path
8041        N15                            req=01+21+8040 path
8042        N32                            req=01+21+8040 path
8043        N18 [N..2]                     req=01+21+8040 path
8110 8112   X..70
8111        N4                             req=255
8200        X..70                          req=01 path
90          X..30
91-99       X..90
`
