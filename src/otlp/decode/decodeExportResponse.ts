import { Reader } from '../wire';
import { readText } from './decodeValue';

/** The part of a request that the server rejected. */
export interface ExportResponse {
  readonly partialSuccess?: { rejectedItems: number; errorMessage: string };
}

/**
 * Reads the response to an OTLP request. All signals have the same one.
 *
 * | field | ExportTraceServiceResponse, ... | ExportTracePartialSuccess, ... |
 * | --- | --- | --- |
 * | 1 | partial_success | rejected_spans, rejected_data_points, rejected_log_records: int64 |
 * | 2 | | error_message |
 * @throws OtelWasmError `DECODE`
 */
export function decodeExportResponse(bytes: Uint8Array): ExportResponse {
  const reader = new Reader(bytes);
  let partialSuccess: ExportResponse['partialSuccess'];
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 0x0a) partialSuccess = readPartialSuccess(reader);
    else reader.skip(tag);
  }
  return partialSuccess === undefined ? {} : { partialSuccess };
}

function readPartialSuccess(reader: Reader): ExportResponse['partialSuccess'] {
  const outer = reader.enter();
  let rejectedItems = 0;
  let errorMessage = '';
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 0x08) rejectedItems = reader.int64();
    else if (tag === 0x12) errorMessage = readText(reader);
    else reader.skip(tag);
  }
  reader.leave(outer);
  return { rejectedItems, errorMessage };
}
