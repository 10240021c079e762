import { Attributes } from '../attributes';
import { Message, copyBytes, take } from '../protobuf';
import { Text } from '../text';

const ATTRIBUTES: u32 = 1;

/** Anything with attributes in a batch. Views are reused: the same object shows the next item later. */
export abstract class Item {
  protected attributesView: Attributes;
  /** The parts whose views were used since `bind`. Views of an item that is only counted cost nothing. */
  protected used: u32 = 0;
  private bytesView: Text = new Text();
  private wholeMessage: Message = new Message();

  constructor(
    readonly message: Message,
    attributesNumber: u32,
  ) {
    this.attributesView = new Attributes(message, attributesNumber);
  }

  bind(start: usize, end: usize): void {
    this.message.bind(start, end);
    this.used = 0;
  }

  /** The attributes, from the first one on. Read this once per loop: `const attributes = span.attributes`. */
  get attributes(): Attributes {
    const view = this.attributesView;
    return this.use(ATTRIBUTES) ? view.rewind() : view.reset();
  }

  /** True when the view of this part was used since `bind`. If not, it still shows another item and must be reset. */
  protected use(part: u32): bool {
    const before = this.used;
    this.used = before | part;
    return (before & part) != 0;
  }

  /** False when nothing can have changed since `bind`. */
  @inline get touched(): bool {
    return this.used != 0 || this.message.edited;
  }

  /** Applies the changes in views of parts. The SDK calls this before it reads the bytes. */
  commit(): void {
    if (this.used & ATTRIBUTES) this.attributesView.commit();
  }

  /** The item's current bytes, to keep, compare or append elsewhere. They stay valid until the next batch. */
  get bytes(): Text {
    this.commit();
    const whole = this.whole;
    return this.bytesView.bind(whole.start, whole.end - whole.start);
  }

  /**
   * Replaces the item's bytes by those of another message of the same kind. Views taken before do not show the
   * change.
   */
  setBytes(bytes: Text): void {
    const at = take(max(bytes.size, 1));
    if (at == 0) return;
    copyBytes(at, bytes.pointer, bytes.size);
    this.bind(at, at + bytes.size);
    this.message.edit();
  }

  /** The message in one piece, with all changes so far. */
  protected get whole(): Message {
    const message = this.message;
    if (!message.edited) return message;
    const at = take(message.size);
    this.wholeMessage.bind(at, at == 0 ? 0 : message.write(at));
    return this.wholeMessage;
  }

  /** True when nothing worth keeping is left. */
  get isEmptied(): bool {
    return false;
  }
}

/** The origin of the batch's items: a service, a process (OTLP Resource: attributes 1). */
export class Resource extends Item {
  constructor() {
    super(new Message(), 1);
  }
}

/** The library that created the items (OTLP InstrumentationScope: name 1, version 2, attributes 3). */
export class Scope extends Item {
  private nameView: Text = new Text();
  private versionView: Text = new Text();

  constructor() {
    super(new Message(), 3);
  }

  get name(): Text {
    return this.message.text(1, this.nameView);
  }

  get version(): Text {
    return this.message.text(2, this.versionView);
  }
}
