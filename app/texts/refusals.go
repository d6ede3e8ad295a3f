package texts

import "kassa/app/till"

// refusals has the message of every till.Code. Sources: till-ux §5; where it has no text, our own in the
// same form. What fills the gaps is said at the code in app/till or where the engine reports it.
var refusals = map[till.Code]Message{
	till.MarkForbidden:    {Forbidden, "Продавать нельзя", "Возьмите другой экземпляр."},
	till.MarkIncomplete:   {Attention, "Код прочитан не полностью", "Отсканируйте ещё раз."},
	till.MarkOther:        {Attention, "Код от другого товара", "Ждали: «{0}». Прочитан: «{1}»."},
	till.MarkRepeated:     {Attention, "Этот код уже есть в чеке[, строка {0}]", "Отсканируйте другой экземпляр."},
	till.MarkInSuspended:  {Attention, "Этот код сейчас в отложенном чеке", "Вернитесь к отложенному чеку или возьмите другой экземпляр."},
	till.MarkWanted:       {Attention, "Отсканируйте код маркировки", "Это обычный штрихкод. Найдите квадратный код маркировки."},
	till.MarkNotInReceipt: {Forbidden, "Код не подходит к возврату: в этом чеке его нет", "Отсканируйте код с возвращаемого товара."},

	till.ItemUnknown:      {Attention, "Товар не найден[: {0}]", "Найдите товар по названию или отложите его и позовите товароведа."},
	till.ItemNoPrice:      {Attention, "У товара нет цены", "Продать нельзя. Позовите товароведа."},
	till.ItemNoVAT:        {Attention, "У товара не задана ставка НДС", "Продать нельзя. Позовите товароведа."},
	till.ItemNeedsWeight:  {Attention, "Товар продаётся на вес", "Отсканируйте этикетку с весом."},
	till.ItemNeedsAge:     {Attention, "Товар с ограничением по возрасту[ {1}+]", "Возраст покупателя подтверждают на экране кассы."},
	till.ScanUnreadable:   {Attention, "Код не прочитан", "Отсканируйте ещё раз."},
	till.LineMissing:      {Attention, "Такой строки в чеке нет", "Выберите строку."},
	till.LineMarked:       {Attention, "Количество нельзя ввести", "Отсканируйте код каждого экземпляра."},
	till.QuantityBad:      {Attention, "Такое количество нельзя", "Введите число больше нуля; штучный товар – целым числом."},
	till.QuantityLarge:    {Attention, "Слишком много[: {0}]", "В одной строке – не больше 99 шт. или 30 кг. Проверьте, не код ли это."},
	till.DiscountBad:      {Attention, "Такую скидку дать нельзя", "Цена товара фиксирована или станет ниже разрешённой."},
	till.ReceiptMissing:   {Attention, "Чека нет", "Отсканируйте товар."},
	till.ReceiptEmpty:     {Attention, "Чек пустой", "Отсканируйте товар."},
	till.ReceiptBusy:      {Attention, "Чек оплачивается", "Сначала закончите оплату."},
	till.ReceiptChecking:  {Wait, "Код ещё проверяется", "Подождите секунду и повторите."},
	till.ReceiptIncomp:    {Attention, "Не у всех товаров есть код", "Отсканируйте код маркировки или уберите строку."},
	till.ReceiptOpenStill: {Attention, "Сначала закончите чек", "Пробейте его, отложите или отмените."},
	till.PaymentBad:       {Attention, "Такую сумму принять нельзя", "Проверьте сумму."},
	till.PaymentCardOver:  {Attention, "Картой – не больше, чем к оплате", "Сдача даётся только с наличных."},
	till.PaymentShort:     {Attention, "Оплачено не всё", "Примите остаток."},
	till.ReturnTooMuch:    {Attention, "Столько вернуть нельзя", "[Вернуть можно не больше {0}. ]Часть уже возвращена."},
	till.ReturnLineBad:    {Attention, "Эту строку вернуть нельзя", "Проверьте чек продажи."},
	till.DrawerShort:      {Attention, "В кассе нет такой суммы", "Внесите деньги или укажите меньше."},
	till.StopShown:        {Attention, "Сначала закройте сообщение", ""},

	till.ShiftClosed:   {Attention, "Смена закрыта", "Откройте смену."},
	till.ShiftOpen:     {Attention, "Смена уже открыта", ""},
	till.ShiftExpired:  {Forbidden, "Смена открыта больше 24 часов", "Закройте её, чтобы продавать."},
	till.LoginNeeded:   {Attention, "Касса заблокирована", "Сначала войдите."},
	till.LoginWrong:    {Attention, "Неверный ПИН", "[Осталось попыток: {0}.]"},
	till.LoginPaused:   {Attention, "Слишком много неверных ПИН", "Подождите и попробуйте снова."},
	till.RightMissing:  {Attention, "Нужно разрешение старшего[: {0}]", "Позовите старшего кассира."},
	till.NotSupported:  {Attention, "Касса этого не умеет", ""},
	till.NeedsRecovery: {Wait, "Касса ещё запускается", "Подождите."},

	till.PrinterPaper:   {Attention, "Нет бумаги в кассе", "Замените ленту – печать продолжится."},
	till.PrinterSilent:  {Attention, "Касса не отвечает", "Проверьте питание и кабель."},
	till.PrinterUnclear: {Wait, "Проверяем, пробит ли чек…", "Не пробивайте повторно."},
	till.PrinterRefused: {Attention, "Касса не приняла документ", "Повторите. Если не помогло, позовите администратора."},
	till.PrinterForeign: {Forbidden, "Подключена другая касса", "Номер фискального накопителя не тот. Позовите администратора."},
	till.PrinterBusy:    {Wait, "Касса занята", "Дождитесь конца печати и повторите."},
	till.PrinterCover:   {Attention, "Открыта крышка кассы", "Закройте крышку – печать продолжится."},
	till.PrinterService: {Forbidden, "Касса требует обслуживания", "Позовите администратора."},
	till.OFDOverdue:     {Forbidden, "Чеки давно не переданы в ОФД", "Проверьте интернет и позовите администратора."},
	till.DiskFailed:     {Forbidden, "Чек не записан на диск", "Не отпускайте товар. Повторите или позовите администратора."},
	till.EmergencyBad:   {Attention, "Нужны причина и конец", "Укажите причину аварийной ситуации и её конец – не позже чем через 30 дней."},
	till.Internal:       {Attention, "Не получилось", "Повторите. Если не помогло, позовите администратора.[ ({0})]"},
}

// brokenScanner is said instead of the text of till.MarkIncomplete when so many reads in a row were cut off: one is
// a bad scan, two are a scanner that drops the separator (till-ux M-08).
var brokenScanner = Message{Attention, "Код прочитан не полностью", "Похоже, сканер не передаёт разделитель. Позовите администратора."}

const brokenScannerAfter = 2
