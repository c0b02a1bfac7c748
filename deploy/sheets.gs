// Rows of cameras in a Google sheet, and what they add up to: the web app to which Steadycast hands them over.
//
// docs/sheets.md says how it is set up. Whoever knows the web app's address may write into the sheet.

var SHEET = 'Steadycast';
var COLUMNS = ['time', 'camera', 'people', 'risk', 'inbound', 'outbound'];
var MOST_ROWS = 1000;
var BATCHES_KEPT = 50;

// Writes rows: {"batch": "…", "rows": [{"time": …, "camera": …, …}, …]}.
function doPost(event) {
  var lock = LockService.getScriptLock();
  try {
    lock.waitLock(15000);
    var told = JSON.parse(event.postData.contents);
    if (!Array.isArray(told.rows) || told.rows.length > MOST_ROWS) {
      return answer({ ok: false, why: 'rows are missing, or too many' });
    }
    if (told.rows.length === 0 || isWritten(told.batch)) {
      return answer({ ok: true, rows: 0 });
    }
    var sheet = sheetOfRows();
    var values = told.rows.map(function (row) {
      return COLUMNS.map(function (column) { return cell(row[column]); });
    });
    var place = sheet.getRange(sheet.getLastRow() + 1, 1, values.length, COLUMNS.length);
    // Times and names stay texts: a camera called 3-4 is no date.
    sheet.getRange(place.getRow(), 1, values.length, 2).setNumberFormat('@');
    place.setValues(values);
    addUp(told.rows);
    noteWritten(told.batch);
    return answer({ ok: true, rows: values.length });
  } catch (error) {
    return answer({ ok: false, why: String(error) });
  } finally {
    lock.releaseLock();
  }
}

// Tells what the rows add up to: {"ok": true, "totals": {"yard": {"inbound": 12, "outbound": 9}}}.
function doGet() {
  return answer({ ok: true, totals: kept('totals', '{}') });
}

// Kept apart from the sheet, which grows: nobody reads all of it for a sum.
function addUp(rows) {
  var totals = kept('totals', '{}');
  rows.forEach(function (row) {
    var name = String(row.camera);
    var total = Object.prototype.hasOwnProperty.call(totals, name) ? totals[name] : { inbound: 0, outbound: 0 };
    total.inbound += Math.max(0, Math.round(Number(row.inbound) || 0));
    total.outbound += Math.max(0, Math.round(Number(row.outbound) || 0));
    totals[name] = total;
  });
  PropertiesService.getScriptProperties().setProperty('totals', JSON.stringify(totals));
}

function sheetOfRows() {
  var file = SpreadsheetApp.getActiveSpreadsheet();
  var sheet = file.getSheetByName(SHEET) || file.insertSheet(SHEET);
  if (sheet.getLastRow() === 0) {
    sheet.appendRow(COLUMNS);
    sheet.setFrozenRows(1);
  }
  return sheet;
}

// A text that begins like a formula stays a text.
function cell(value) {
  if (value === null || value === undefined) {
    return '';
  }
  return typeof value === 'string' && /^[=+\-@]/.test(value) ? "'" + value : value;
}

// Rows whose answer was lost come again, and are written once.
function isWritten(batch) {
  return batches().indexOf(String(batch)) >= 0;
}

function noteWritten(batch) {
  var kept = batches().concat(String(batch)).slice(-BATCHES_KEPT);
  PropertiesService.getScriptProperties().setProperty('batches', JSON.stringify(kept));
}

function batches() {
  return kept('batches', '[]');
}

function kept(name, otherwise) {
  return JSON.parse(PropertiesService.getScriptProperties().getProperty(name) || otherwise);
}

function answer(told) {
  return ContentService.createTextOutput(JSON.stringify(told)).setMimeType(ContentService.MimeType.JSON);
}
