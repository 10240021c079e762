export { describeGuest, fileName, type GuestDescription, readGuestFile } from './guestDescription';
