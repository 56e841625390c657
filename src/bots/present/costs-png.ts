import { fileURLToPath } from 'node:url'

/** Twice as many pixels as the drawing has units: sharp on a telephone. */
const ZOOM = 2
/** A typeface with Latin, Greek and Cyrillic letters. */
const FONTS = [
  import.meta.resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf'),
  import.meta.resolve('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf'),
]

/**
 * A picture of a drawing (SVG). The renderer is loaded when the first one is wanted: whoever never looks at costs
 * has neither its memory nor its time to start.
 */
export const pngOf = async (svg: string): Promise<Uint8Array> => {
  const { renderAsync } = await import('@resvg/resvg-js')
  const picture = await renderAsync(svg, {
    fitTo: { mode: 'zoom', value: ZOOM },
    font: {
      loadSystemFonts: false,
      defaultFontFamily: 'Inter',
      fontFiles: FONTS.map((font) => fileURLToPath(font)),
    },
  })
  return picture.asPng()
}
