/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Printed codes, read from a picture or from the camera with jsqr. A photo is looked at in
 * several sizes, because a code that fills a large photo is found best in a small one, and a
 * small code only in a large one. Knows no receipts: it gives back the text of a code.
 */
import jsQR from "jsqr";

const SIDES = [1000, 1600, 600, 2400]; /* pixels of the longer side, likely ones first */
const QUARTERS = [0, 1]; /* turned by so many right angles; a code is found upside down too */
const FRAME_SIDE = 1280;
const FRAME_PAUSE = 120; /* ms between looks at the camera */

interface Size {
    width: number;
    height: number;
}

/* The pixels of a picture, its longer side at most `side`. */
function pixels(source: CanvasImageSource, size: Size, side: number, quarter: number): ImageData | null {
    const scale = Math.min(1, side / Math.max(size.width, size.height));
    const width = Math.max(1, Math.round(size.width * scale));
    const height = Math.max(1, Math.round(size.height * scale));
    const canvas = document.createElement("canvas");
    canvas.width = quarter === 0 ? width : height;
    canvas.height = quarter === 0 ? height : width;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (context === null) return null;
    context.imageSmoothingQuality = "high";
    if (quarter !== 0) {
        context.translate(height, 0);
        context.rotate(Math.PI / 2);
    }
    context.drawImage(source, 0, 0, width, height);
    return context.getImageData(0, 0, canvas.width, canvas.height);
}

function read(image: ImageData | null, thorough: boolean): string | null {
    if (image === null) return null;
    const inversionAttempts = thorough ? "attemptBoth" : "dontInvert";
    return jsQR(image.data, image.width, image.height, { inversionAttempts })?.data ?? null;
}

/* The text of the code in a picture; null: none was found. Throws where it is no picture. */
export async function codeInPicture(picture: Blob): Promise<string | null> {
    const bitmap = await createImageBitmap(picture, { imageOrientation: "from-image" });
    try {
        for (const quarter of QUARTERS) {
            for (const side of SIDES) {
                const text = read(pixels(bitmap, bitmap, side, quarter), true);
                if (text !== null && text !== "") return text;
                if (side > Math.max(bitmap.width, bitmap.height)) continue;
                await new Promise((resolve) => setTimeout(resolve)); /* the page stays alive */
            }
        }
        return null;
    } finally {
        bitmap.close();
    }
}

export interface Camera {
    stop(): void;
}

/*
 * Shows the camera in `video` and calls `found` with the text of each code until stopped; it
 * answers whether that was what was wanted. Throws where there is no camera or no permission.
 */
export async function openCamera(
    video: HTMLVideoElement,
    found: (text: string) => boolean,
): Promise<Camera> {
    const stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
    });
    let open = true;
    const stop = () => {
        open = false;
        for (const track of stream.getTracks()) track.stop();
        video.srcObject = null;
    };
    const look = () => {
        if (!open) return;
        const size = { width: video.videoWidth, height: video.videoHeight };
        const text = size.width > 0 ? read(pixels(video, size, FRAME_SIDE, 0), false) : null;
        if (text !== null && text !== "" && found(text)) stop();
        else setTimeout(look, FRAME_PAUSE);
    };
    video.srcObject = stream;
    await video.play();
    look();
    return { stop };
}
