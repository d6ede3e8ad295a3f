package texts

// Captions of the screens, by place. A caption that no screen shows does not stand here (a test looks).
const (
	WindowTitle = "Касса"

	// Frame and status bar.
	FrameEmulated = "ИМИТАТОРЫ, НЕ КАССА"
	FrameTraining = "УЧЕБНЫЙ РЕЖИМ"
	ShiftIsClosed = "Смена закрыта"

	// Keys that several screens share.
	KeyBack   = "Назад"
	KeyClose  = "Закрыть"
	KeyErase  = "Стереть"
	KeyRepeat = "Повторить"
	KeyApply  = "Готово"

	// Start.
	StartingTitle = "Касса запускается…"
	StartingBody  = "Проверяем, что осталось с прошлого раза."

	// Login.
	LoginTitle   = "Кто за кассой?"
	LoginChoose  = "Выберите себя"
	LoginEnter   = "Войти"
	LoginWaiting = "Слишком много неверных ПИН. Подождите "
	LoginNobody  = "На этой кассе ещё нет сотрудников. Позовите администратора."

	// Shift.
	ShiftOpenKey      = "Открыть смену"
	ShiftCloseKey     = "Закрыть смену"
	ShiftLast         = "Прошлая смена"
	ShiftSalesCash    = "Продажи наличными"
	ShiftSalesCard    = "Продажи картой"
	ShiftReturns      = "Возвраты"
	ShiftCashIn       = "Внесено"
	ShiftCashOut      = "Изъято"
	ShiftReceipts     = "Чеков"
	ShiftCloseTitle   = "Закрыть смену?"
	ShiftCloseBody    = "Касса напечатает отчёт о закрытии смены (Z)."
	ShiftCloseBlocked = "Сначала пробейте, отложите или отмените открытый чек."

	// Sale.
	EmptyReceipt    = "Отсканируйте товар"
	EmptyHint       = "или выберите плитку справа"
	TotalWord       = "Итого"
	DiscountWord    = "Скидка"
	ChangeWord      = "Сдача"
	KeyQuantity     = "Кол-во"
	KeyDiscount     = "Скидка"
	KeyRemove       = "Удалить"
	KeySuspend      = "Отложить"
	KeySuspended    = "Отложено"
	KeyMore         = "Ещё"
	KeyPay          = "ОПЛАТА"
	KeyShowSlip     = "Показать чек"
	SearchHint      = "Поиск: название, код, цена"
	SearchNothing   = "Ничего не найдено: "
	SearchBroken    = "Поиск не работает. Отсканируйте товар."
	TilesEmpty      = "Быстрых товаров пока нет. Отсканируйте товар или найдите его по названию."
	GroupAll        = "Все"
	GroupOther      = "Прочее"
	BadgeMarked     = "маркировка"
	PadQuantity     = "Количество"
	PadDiscount     = "Скидка, %"
	PadHintQuantity = "От пяти цифр – код товара"
	SelectFirst     = "Сначала выберите строку"

	// Payment.
	PayDue          = "К оплате"
	PayRest         = "Осталось"
	PayGiven        = "Получено"
	PayExact        = "Без сдачи"
	PayCash         = "Наличные"
	PayCard         = "Карта"
	PayClose        = "ПРОБИТЬ ЧЕК"
	PayPart         = "ПРИНЯТЬ ЧАСТЬ"
	PayTaken        = "Уже принято: "
	PayTakenCash    = "наличными "
	PayTakenCard    = "картой "
	PayTakenChange  = ", сдача "
	PayUndo         = "Убрать оплату"
	PayCardTitle    = "Оплата картой"
	PayCardBody     = "Проведите оплату по банковскому терминалу. Когда терминал напечатает «Одобрено», подтвердите."
	PayCardDone     = "Принято по терминалу"
	PayChanged      = "Чек изменился. Проверьте сумму и начните оплату снова"
	PayScanRefused  = "Сначала закончите оплату картой или вернитесь назад"
	PayPaid         = "Оплачено"
	PayCancelPaid   = "Отменить чек"
	PayRefusedTitle = "Деньги приняты, чек не пробит"

	// Stops.
	StopTakeOther   = "Взять другой"
	StopTakeOut     = "Убрать из чека"
	StopDetails     = "Подробнее"
	StopNoMark      = "Убрать"
	StopAgeYes      = "Да, проверил"
	StopAgeNo       = "Нет, убрать"
	StopFind        = "Найти по названию"
	StopWantedPlace = "Код обычно рядом со штрихкодом, на крышке или на дне."

	// Waits.
	WaitDocument = "Печатаем документ…"
	WaitReceipt  = "Печатаем чек…"
	WaitSilent   = "Касса долго не отвечает. Не выключайте её, чек не потеряется."
	WaitSettle   = "Проверить сейчас"

	// More.
	MoreTitle     = "Ещё"
	MoreSuspended = "Отложенные"
	MoreCashIn    = "Внести деньги"
	MoreCashOut   = "Изъять деньги"
	MoreReportX   = "X-отчёт"
	MoreLastSlip  = "Последний чек"
	MoreCancel    = "Отменить чек"
	MoreLock      = "Выйти"

	MoreQuarantine  = "Карантин"
	MoreChecks      = "Проверки"
	MoreEmergency   = "Аварийная ситуация"
	MoreEmergencyOn = "действует"

	// Lists that are looked through.
	ListBroken = "Список не читается. Откройте его ещё раз."
	ListEmpty  = "Здесь пока пусто"

	// The list of suspects.
	QuarantineTitle    = "Карантин"
	QuarantineHint     = "Поиск: название, цифры кода"
	QuarantineNone     = "Сюда попадает то, что касса отказалась продать, и то, против чего говорит проверка склада."
	QuarantineDone     = "Разобрано"
	QuarantineRefused  = "Отказы на кассе"
	QuarantineOfficial = "По ответу Честного знака или модуля: продавать нельзя"
	QuarantineAdvice   = "Советы проверки склада"
	QuarantineNoWord   = "Продажу не решают: касса спросит снова, когда товар отсканируют"

	// The book of checks.
	ChecksTitle = "Проверки кодов"
	ChecksHint  = "Поиск: название, цифры GTIN"
	ChecksNone  = "Каждая проверка кода маркировки записывается сюда."

	// Emergency.
	EmergencyTitle     = "Аварийная ситуация в Честном знаке"
	EmergencyWarning   = "Только по объявлению оператора Честного знака. Молчание серверов – не авария: тогда коды проверяет модуль магазина. Каждая продажа без проверки записывается."
	EmergencyReason    = "Причина"
	EmergencyOwnReason = "Другая: наберите на клавиатуре"
	EmergencySite      = "Объявление на сайте"
	EmergencyLetter    = "Письмо оператора"
	EmergencyOffice    = "Указание из офиса"
	EmergencyUntil     = "Конец"
	EmergencyNoEnd     = "не выбран"
	EmergencyHours     = "+3 ч"
	EmergencyDay       = "+1 день"
	EmergencyDays      = "+3 дня"
	EmergencyOther     = "Другой"
	EmergencyDeclare   = "ОБЪЯВИТЬ"
	EmergencyStop      = "Закончить"
	EmergencyAgain     = "Объявить новую"
	EmergencyEarlier   = "Закончите её здесь, когда оператор Честного знака объявит об этом."

	// Cancel of a receipt.
	CancelTitle = "Отменить чек?"
	CancelKey   = "Отменить чек"

	// Suspended receipts.
	SuspendedTitle = "Отложенные чеки"
	SuspendedNone  = "Отложенных чеков нет."

	// Cash in and out.
	CashInTitle    = "Внести деньги"
	CashOutTitle   = "Изъять деньги"
	CashInKey      = "Внести"
	CashOutKey     = "Изъять"
	CashSum        = "Сумма"
	CashReason     = "Причина"
	ReasonChange   = "Размен"
	ReasonTakings  = "Выручка в сейф"
	ReasonBank     = "Инкассация"
	ReasonBuy      = "Расход магазина"
	ReasonOther    = "Прочее"
	ReasonReturned = "Возврат в кассу"

	// Slip.
	SlipTitle     = "Последний документ"
	SlipPaperOwed = "Бумажная копия ещё не напечатана."

	// Faults of the window itself.
	NoOpenGLWhat = "нет OpenGL: окно кассы нельзя нарисовать"
	NoOpenGLDo   = "установите драйвер видеокарты (Linux: пакеты libgl1 и libx11-6; Windows: драйвер производителя или opengl32.dll Mesa рядом с программой) и проверьте, что экран подключён"
	TakenWhat    = "касса уже запущена на этих данных"
	TakenDo      = "перейдите в её окно или закройте другую программу кассы"
	WindowAway   = "Нажмите на экран: касса не слышит клавиатуру и сканер."
	QueueFull    = "Касса не успевает за сканером. Отсканируйте последний товар ещё раз."
)
