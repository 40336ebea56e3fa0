/** The program in a guest that makes an image of a container of the guest's own packages (guest/make-image.sh). */
export const MAKE_IMAGE_PROGRAM = '/usr/lib/oomdrill/make-image';
