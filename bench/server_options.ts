/** How the server of the benches behaves. */
export interface BenchServerOptions {
  /** Bytes of each part that `media` asks for. @default 10485760 */
  partSize?: number;
  /** Bytes a second that the line carries, shared by all connections. @default unlimited */
  bandwidth?: number;
  /** Ms that a message takes to the server and back. @default 0 */
  roundTrip?: number;
  /** Ms that the server works on a part after it has come. @default 0 */
  partDelay?: number;
}
