import { create, createFileRegistry, type DescMessage } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  type FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { type FieldDefinition, fieldsOf, isMessage, type MessageName, ONEOFS } from '../../src/otlp/schema';

const SCALARS: Readonly<Record<string, Type>> = {
  ...{ string: Type.STRING, bytes: Type.BYTES, traceId: Type.BYTES, spanId: Type.BYTES, bool: Type.BOOL },
  ...{ int32: Type.INT32, sint32: Type.SINT32, uint32: Type.UINT32, int64: Type.INT64, uint64: Type.UINT64 },
  ...{ fixed32: Type.FIXED32, fixed64: Type.FIXED64, sfixed64: Type.SFIXED64, double: Type.DOUBLE },
  // On the wire an enum is an int32.
  enum: Type.INT32,
};

/** An OTLP message as protobuf-es knows it from generated code, which holds the same descriptor as text. */
export function protobufEsSchema(name: MessageName): DescMessage {
  const file = create(FileDescriptorProtoSchema, {
    ...{ name: 'otlp.proto', package: 'otlp', syntax: 'proto3' },
    messageType: [...reachable(name)].map(message => ({
      name: message,
      field: fieldsOf(message).map(field => descriptorOf(message, field)),
      oneofDecl: ONEOFS[message] === undefined ? [] : [{ name: 'one' }],
    })),
  });
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));
  const schema = registry.getMessage(`otlp.${name}`);
  if (schema === undefined) throw new Error(`protobuf-es does not know ${name}`);
  return schema;
}

function reachable(name: MessageName, found = new Set<MessageName>()): Set<MessageName> {
  if (found.has(name)) return found;
  found.add(name);
  for (const { type } of fieldsOf(name)) if (isMessage(type)) reachable(type, found);
  return found;
}

function descriptorOf(
  message: MessageName,
  { name, number, type, repeated }: FieldDefinition,
): MessageInitShape<typeof FieldDescriptorProtoSchema> {
  return {
    ...{ name, jsonName: name, number },
    label: repeated ? Label.REPEATED : Label.OPTIONAL,
    ...(isMessage(type) ? { type: Type.MESSAGE, typeName: `.otlp.${type}` } : { type: SCALARS[type] }),
    ...(ONEOFS[message]?.includes(name) === true && { oneofIndex: 0 }),
  };
}
