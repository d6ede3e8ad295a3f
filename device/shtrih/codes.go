package shtrih

import (
	"fmt"

	"kassa/app/fiscal"
)

// Codes that the driver itself acts upon (§2.8).
const (
	codeNoData        = 0x08
	codePrinting      = 0x50
	codeOtherOperator = 0x59
)

// meaning is what an error code says, and the word that all printers share for it.
type meaning struct {
	problem fiscal.Problem
	text    string
}

// driveCodes are the ФН's own codes, answers to commands FFxx and to those that form documents (§2.8).
var driveCodes = map[byte]meaning{
	0x01: {fiscal.ProblemUnsupported, "ФН: неизвестная команда или неверный формат"},
	0x02: {fiscal.ProblemRefused, "ФН: другое состояние"},
	0x03: {fiscal.ProblemDrive, "ФН: отказ, замените накопитель"},
	0x04: {fiscal.ProblemDrive, "ФН: отказ криптографического сопроцессора"},
	0x05: {fiscal.ProblemDrive, "ФН: срок эксплуатации истёк"},
	0x06: {fiscal.ProblemDrive, "ФН: архив переполнен"},
	0x07: {fiscal.ProblemClock, "ФН: неверные дата или время"},
	0x08: {fiscal.ProblemRefused, "ФН: запрошенных данных нет"},
	0x09: {fiscal.ProblemRefused, "ФН: неверное значение параметра"},
	0x10: {fiscal.ProblemRefused, "ФН: размер TLV превышен"},
	0x11: {fiscal.ProblemOFD, "ФН: нет транспортного соединения с ОФД"},
	0x12: {fiscal.ProblemDrive, "ФН: исчерпан ресурс криптографического сопроцессора"},
	0x14: {fiscal.ProblemDrive, "ФН: исчерпана память для отправки в ОФД"},
	0x15: {fiscal.ProblemOFD, "ФН: документы не переданы в ОФД более 30 дней"},
	0x16: {fiscal.ProblemShiftExpired, "ФН: смена длится более 24 часов"},
	0x17: {fiscal.ProblemClock, "ФН: время двух операций отличается более чем на 5 минут"},
	0x20: {fiscal.ProblemOFD, "ФН: сообщение ОФД не принято"},
}

// printerCodes are the ККТ's codes (§2.8), and those of marking (§2.7).
var printerCodes = map[byte]meaning{
	0x26: {fiscal.ProblemRefused, "внесённая сумма меньше суммы чека"},
	0x2E: {fiscal.ProblemDrawerShort, "в кассе нет денег для выплаты"},
	0x2F: {fiscal.ProblemDrive, "ФН не отвечает"},
	0x30: {fiscal.ProblemRefused, "ККТ заблокирована, ждёт ввода пароля налогового инспектора"},
	0x32: {fiscal.ProblemService, "требуется общее гашение"},
	0x33: {fiscal.ProblemRefused, "неверные параметры команды"},
	0x34: {fiscal.ProblemRefused, "нет данных"},
	0x35: {fiscal.ProblemRefused, "неверный параметр при данных настройках"},
	0x36: {fiscal.ProblemUnsupported, "неверные параметры для этой модели"},
	0x37: {fiscal.ProblemUnsupported, "команда не поддерживается этой моделью"},
	0x38: {fiscal.ProblemService, "ошибка ПЗУ"},
	0x39: {fiscal.ProblemService, "внутренняя ошибка ПО ККТ"},
	0x3C: {fiscal.ProblemShiftOpen, "смена открыта, операция невозможна"},
	0x3D: {fiscal.ProblemShiftClosed, "смена не открыта, операция невозможна"},
	0x45: {fiscal.ProblemRefused, "сумма оплат меньше итога чека"},
	0x46: {fiscal.ProblemDrawerShort, "не хватает наличности в кассе"},
	0x4A: {fiscal.ProblemReceiptOpen, "открыт чек, операция невозможна"},
	0x4B: {fiscal.ProblemRefused, "буфер чека переполнен"},
	0x4D: {fiscal.ProblemRefused, "безналичная сумма больше суммы чека"},
	0x4E: {fiscal.ProblemShiftExpired, "смена превысила 24 часа"},
	0x4F: {fiscal.ProblemPassword, "неверный пароль"},
	0x50: {fiscal.ProblemBusy, "идёт печать предыдущей команды"},
	0x55: {fiscal.ProblemRefused, "чек закрыт, операция невозможна"},
	0x56: {fiscal.ProblemRefused, "нет документа для повтора"},
	0x58: {fiscal.ProblemBusy, "ожидание команды продолжения печати"},
	0x59: {fiscal.ProblemOtherOperator, "документ открыт другим оператором"},
	0x5C: {fiscal.ProblemService, "понижено напряжение 24 В"},
	0x5E: {fiscal.ProblemRefused, "неверная операция"},
	0x5F: {fiscal.ProblemRefused, "итог чека отрицательный"},
	0x60: {fiscal.ProblemRefused, "переполнение при умножении"},
	0x61: {fiscal.ProblemRefused, "переполнение цены"},
	0x62: {fiscal.ProblemRefused, "переполнение количества"},
	0x63: {fiscal.ProblemRefused, "переполнение отдела"},
	0x69: {fiscal.ProblemRefused, "переполнение денег по обороту налогов"},
	0x6B: {fiscal.ProblemPaper, "нет чековой ленты"},
	0x6C: {fiscal.ProblemPaper, "нет контрольной ленты"},
	0x71: {fiscal.ProblemService, "ошибка отрезчика"},
	0x72: {fiscal.ProblemRefused, "команда не поддерживается в данном подрежиме"},
	0x73: {fiscal.ProblemRefused, "команда не поддерживается в данном режиме"},
	0x74: {fiscal.ProblemService, "ошибка ОЗУ"},
	0x75: {fiscal.ProblemService, "ошибка питания"},
	0x78: {fiscal.ProblemService, "программа ККТ заменена, нужно технологическое обнуление"},
	0x79: {fiscal.ProblemService, "нужно технологическое обнуление"},
	0x7B: {fiscal.ProblemService, "ошибка оборудования"},
	0x7C: {fiscal.ProblemClock, "дата не совпадает"},
	0x7D: {fiscal.ProblemClock, "неверный формат даты"},
	0x7E: {fiscal.ProblemRefused, "неверное значение в поле длины"},
	0x7F: {fiscal.ProblemRefused, "переполнение итога чека"},
	0x8E: {fiscal.ProblemRefused, "нулевой итог чека"},
	0x8F: {fiscal.ProblemDrive, "ККТ не фискализирована"},
	0x93: {fiscal.ProblemService, "ОЗУ восстановлено"},
	0x94: {fiscal.ProblemRefused, "слишком много операций в чеке"},
	0x96: {fiscal.ProblemShiftOpen, "сначала закройте смену"},
	0xA0: {fiscal.ProblemMark, "работа с маркированным товаром запрещена"},
	0xA1: {fiscal.ProblemMark, "нарушена последовательность команд проверки кода маркировки"},
	0xA2: {fiscal.ProblemMark, "работа с маркированным товаром временно заблокирована"},
	0xA3: {fiscal.ProblemMark, "переполнена таблица проверенных кодов маркировки"},
	0xAA: {fiscal.ProblemRefused, "не хватает обязательных реквизитов"},
	0xAC: {fiscal.ProblemMark, "код маркировки не был проверен"},
	0xC0: {fiscal.ProblemClock, "подтвердите дату и время"},
	0xC2: {fiscal.ProblemService, "превышено напряжение питания"},
	0xC7: {fiscal.ProblemRefused, "поле нельзя менять в данном режиме"},
	0xC8: {fiscal.ProblemService, "нет связи с печатающим механизмом"},
	0xC9: {fiscal.ProblemService, "перегрев печатающей головки"},
	0xCA: {fiscal.ProblemService, "недопустимая температура"},
	0xCB: {fiscal.ProblemRefused, "неверный подытог чека"},
	0xD3: {fiscal.ProblemMark, "код маркировки не распознан"},
	0xD4: {fiscal.ProblemMark, "код маркировки фальсифицирован"},
}

// deviceError is a command that the printer has refused: it was not executed.
type deviceError struct {
	cmd  uint16
	code byte
}

func (e *deviceError) meaning() meaning {
	codes := printerCodes
	if e.code < 0x26 {
		codes = driveCodes
	}
	if m, ok := codes[e.code]; ok {
		return m
	}
	return meaning{fiscal.ProblemRefused, "причина в таблице не описана"}
}

// Error is the device's word for the log and the small print. Some codes mean different things in different
// commands, so the command stands beside the code.
func (e *deviceError) Error() string {
	return fmt.Sprintf("ШТРИХ %02Xh: %s (команда %s)", e.code, e.meaning().text, commandName(e.cmd))
}
