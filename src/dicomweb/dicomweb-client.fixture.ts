import { api } from 'dicomweb-client';

/**
 * dicomweb-client, a browser library, on Node: XMLHttpRequest (WHATWG) over fetch, as far as that library uses it.
 */
class FetchRequest {
  onloadstart: (() => void) | null = null;
  onloadend: (() => void) | null = null;
  onreadystatechange: (() => void) | null = null;
  onprogress: (() => void) | null = null;
  responseType = '';
  response: unknown = null;
  readyState = 0;
  status = 0;
  private method = 'GET';
  private url = '';
  private readonly sent = new Headers();
  private received = new Headers();

  open(method: string, url: string): void {
    this.method = method.toUpperCase();
    this.url = url;
  }

  setRequestHeader(name: string, value: string): void {
    this.sent.set(name, value);
  }

  getResponseHeader(name: string): string | null {
    return this.received.get(name);
  }

  getAllResponseHeaders(): string {
    return [...this.received].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  }

  send(): void {
    this.onloadstart?.();
    void this.exchange().then(() => {
      this.readyState = 4;
      this.onreadystatechange?.();
      this.onloadend?.();
    });
  }

  private async exchange(): Promise<void> {
    const answer = await fetch(this.url, { method: this.method, headers: this.sent });
    const bytes = await answer.arrayBuffer();
    this.status = answer.status;
    this.received = answer.headers;
    this.response = this.responseType === 'json' ? JSON.parse(Buffer.from(bytes).toString()) : bytes;
  }
}

type Call =
  'searchForStudies' | 'searchForSeries' | 'searchForInstances' | 'retrieveStudyMetadata' | 'retrieveSeriesMetadata';
type BytesCall = 'retrieveStudy' | 'retrieveInstanceFrames' | 'retrieveBulkData';

/** The library's own types ask for options that it does not need. */
export type DicomwebClient = Readonly<
  Record<Call, (options: object) => Promise<Record<string, { vr: string; Value?: unknown[] }>[]>> &
    Record<BytesCall, (options: object) => Promise<ArrayBuffer[]>> & {
      retrieveInstance(options: object): Promise<ArrayBuffer>;
    }
>;

/** @param headers who the caller is */
export function dicomwebClient(url: string, headers: Readonly<Record<string, string>>): DicomwebClient {
  (globalThis as { XMLHttpRequest?: unknown }).XMLHttpRequest = FetchRequest;
  const options = { url: `${url}/dicomweb`, headers: { ...headers }, verbose: false, singlepart: false };
  return new api.DICOMwebClient(options) as unknown as DicomwebClient;
}
