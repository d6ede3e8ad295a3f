package devicesim

// code is the error byte of an answer (§2.8).
type code int

const (
	ok code = 0x00

	driveState    code = 0x02 // ФН: wrong state
	driveFault    code = 0x03
	driveExpired  code = 0x05
	driveFull     code = 0x06
	driveDate     code = 0x07
	driveNoData   code = 0x08
	driveBadValue code = 0x09
	driveTooLarge code = 0x10
	driveUnsent   code = 0x15 // the oldest unsent message is over 30 days old
	driveShift24  code = 0x16
	driveClock    code = 0x17 // clocks of the printer and of the drive are more than 5 minutes apart

	cashLess        code = 0x26 // cash given is less than the total
	drawerEmpty     code = 0x2E
	badParams       code = 0x33
	unsupported     code = 0x37
	shiftIsOpen     code = 0x3C
	shiftIsClosed   code = 0x3D
	paymentsLess    code = 0x45
	drawerShort     code = 0x46
	otherReceipt    code = 0x49 // not possible in an open receipt of this kind
	receiptIsOpen   code = 0x4A
	bufferFull      code = 0x4B
	cardOverTotal   code = 0x4D
	shiftExpired    code = 0x4E
	badPassword     code = 0x4F
	stillPrinting   code = 0x50
	receiptIsClosed code = 0x55
	nothingToRepeat code = 0x56
	waitsContinue   code = 0x58
	otherOperator   code = 0x59
	noTable         code = 0x5D
	negativeTotal   code = 0x5F
	totalOverflow   code = 0x60
	badPrice        code = 0x61
	badQuantity     code = 0x62
	badDepartment   code = 0x63
	noPaper         code = 0x6B
	wrongSubmode    code = 0x72
	wrongMode       code = 0x73
	fieldReadOnly   code = 0x7A
	dateMismatch    code = 0x7C
	badDate         code = 0x7D
	badLength       code = 0x7E
	zeroReceipt     code = 0x8E
	markOrder       code = 0xA1 // wrong order of Bxh commands
	markTableFull   code = 0xA3
	tagMissing      code = 0xAA
	confirmDate     code = 0xC0
	readOnlyNow     code = 0xC7 // read-only in this mode
	markUnreadable  code = 0xD3

	// powerWent is not on the wire: the device went dead inside the command and answers nothing.
	powerWent code = -1
)

// codeTexts answer command 6Bh; Russian, as the device speaks to people.
var codeTexts = map[code]string{
	ok:              "Ошибок нет",
	driveState:      "ФН: неверное состояние",
	driveFault:      "ФН: отказ",
	driveExpired:    "ФН: истёк срок эксплуатации",
	driveFull:       "ФН: архив переполнен",
	driveDate:       "ФН: неверные дата или время",
	driveNoData:     "ФН: нет данных",
	driveBadValue:   "ФН: неверное значение параметра",
	driveTooLarge:   "ФН: превышение размера TLV",
	driveUnsent:     "ФН: исчерпан ресурс хранения неотправленных",
	driveShift24:    "ФН: смена превысила 24 часа",
	driveClock:      "ФН: разница времени более 5 минут",
	cashLess:        "Вносимая сумма меньше суммы чека",
	drawerEmpty:     "Нет денег для выплаты",
	badParams:       "Некорректные параметры в команде",
	unsupported:     "Команда не поддерживается",
	shiftIsOpen:     "Смена открыта - операция невозможна",
	shiftIsClosed:   "Смена не открыта - операция невозможна",
	paymentsLess:    "Сумма оплат меньше итога чека",
	drawerShort:     "Не хватает наличности в кассе",
	otherReceipt:    "Операция невозможна в чеке данного типа",
	receiptIsOpen:   "Открыт чек - операция невозможна",
	bufferFull:      "Буфер чека переполнен",
	cardOverTotal:   "Безналичная сумма больше итога чека",
	shiftExpired:    "Смена превысила 24 часа",
	badPassword:     "Неверный пароль",
	stillPrinting:   "Идёт печать предыдущей команды",
	receiptIsClosed: "Чек закрыт - операция невозможна",
	nothingToRepeat: "Нет документа для повтора",
	waitsContinue:   "Ожидание команды продолжения печати",
	otherOperator:   "Документ открыт другим оператором",
	noTable:         "Таблица не определена",
	negativeTotal:   "Отрицательный итог чека",
	totalOverflow:   "Переполнение при умножении",
	badPrice:        "Переполнение диапазона цены",
	badQuantity:     "Переполнение диапазона количества",
	badDepartment:   "Переполнение диапазона отдела",
	noPaper:         "Нет чековой ленты",
	wrongSubmode:    "Команда не поддерживается в подрежиме",
	wrongMode:       "Команда не поддерживается в режиме",
	fieldReadOnly:   "Поле не редактируется",
	dateMismatch:    "Дата не совпадает",
	badDate:         "Неверный формат даты",
	badLength:       "Неверное значение в поле длины",
	zeroReceipt:     "Нулевой итог чека",
	markOrder:       "ФН: нарушен порядок команд Bxh",
	markTableFull:   "ФН: таблица проверенных КМ заполнена",
	tagMissing:      "ФН: нет необходимого TLV",
	confirmDate:     "Контроль даты и времени (подтвердите)",
	readOnlyNow:     "Поле не редактируется в данном режиме",
	markUnreadable:  "КМ не распознан",
}
